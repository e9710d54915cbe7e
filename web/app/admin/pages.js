/**
 * The operators' pages. A page is a module of its own that exports `Page`; it is loaded when it is opened.
 * @typedef {{path: string, name: string, about: string, load: () => Promise<{Page: () => any}>}} AdminPage
 */

/** @type {AdminPage[]} */
export const PAGES = [
  {
    path: "/admin/turns",
    name: "Turns",
    about: "What was said lately, and how long each part of the answer took.",
    load: () => import("./turns.js"),
  },
  {
    path: "/admin/eval",
    name: "Evaluation",
    about: "How well scenarios are understood, run by run.",
    load: () => import("./eval.js"),
  },
];

/** The page at the address, if it is one of them. */
export const current = PAGES.find(({ path }) => path === location.pathname.replace(/\/$/, ""));
