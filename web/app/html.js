/**
 * `html` writes DOM as tagged templates. Components are made with `h(Component, props)`, so that the type checker
 * sees their props.
 */
import htm from "htm";
import { h } from "preact";

/** @type {(strings: TemplateStringsArray, ...values: unknown[]) => any} */
export const html = htm.bind(h);
export { h };
