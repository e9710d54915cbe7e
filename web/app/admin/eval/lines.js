/**
 * What runs come to as lines over time.
 * @typedef {{id: string, taken_at: string, series: string, router: string, commit_id: string | null,
 *   settings: Record<string, string>, figures: Record<string, any>}} EvalRun
 * @typedef {{at: number, value: number, run: EvalRun}} Point
 * @typedef {{name: string, points: Point[]}} Line
 */

export const MAX_LINES = 6;

/** @type {[string, string][]} */
export const groupNames = [
  ["all", "All turns"],
  ["by_tool", "By tool, the weakest"],
  ["by_tag", "By tag, the weakest"],
  ["by_noise", "By noise"],
];

/** @param {EvalRun[]} runs */
export const seriesNames = (runs) => [...new Set(runs.map((one) => one.series))].sort();

/** @type {Record<string, (figures: Record<string, any>) => number | null>} */
const MEASURES = {
  exact: (figures) => (figures.turns ? (100 * figures.exact_turns) / figures.turns : null),
  latency: (figures) => figures.latency_ms?.p50 ?? null,
  cost: (figures) => figures.cost_usd ?? null,
};

/**
 * @param {EvalRun[]} runs
 * @param {string} group `all` has a line for each set and router, the others one for each tool, tag or noise
 * @param {string} measure
 * @returns {Line[]}
 */
export function linesOf(runs, group, measure) {
  /** @type {Map<string, Point[]>} */
  const found = new Map();
  for (const run of [...runs].reverse()) {
    for (const [name, value] of values(run, group, measure)) {
      const point = { at: Date.parse(run.taken_at), value, run };
      found.set(name, [...(found.get(name) ?? []), point]);
    }
  }
  const lines = [...found].map(([name, points]) => ({ name, points }));
  return group === "all" ? lines.slice(0, MAX_LINES) : weakest(lines);
}

/**
 * @param {EvalRun} run
 * @param {string} group
 * @param {string} measure
 * @returns {[string, number][]}
 */
function values(run, group, measure) {
  if (group === "all") {
    const value = MEASURES[measure](run.figures);
    return value === null ? [] : [[nameOf(run), value]];
  }
  const parts = /** @type {Record<string, [number, number]>} */ (run.figures[group] ?? {});
  return Object.entries(parts).map(([name, [hits, total]]) => [name, (100 * hits) / total]);
}

/** @param {EvalRun} run */
export const nameOf = (run) => `${briefly(run.series)}, ${run.router}`;

/** Files by their names alone. @param {string} series */
export const briefly = (series) => series.replace(/[^\s,]*\/([^\s,/]+)\.jsonl/g, "$1");

/** @param {Line[]} lines */
const weakest = (lines) =>
  lines.sort((one, other) => last(one) - last(other) || one.name.localeCompare(other.name)).slice(0, MAX_LINES);

/** @param {Line} line */
const last = (line) => line.points[line.points.length - 1].value;
