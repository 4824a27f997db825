/**
 * Loading this module measures the whole application: `instrument()` and the default metrics, in every thread that loads it. In Bun
 * it replaces `Bun.serve` by `serve`, and `Worker` by one that loads this module in its thread. What cannot be measured is a warning
 * `TALLYSTICK_AUTO`.
 *
 * With the environment variable `TALLYSTICK_PORT`, the main thread serves `/metrics` at that port of `TALLYSTICK_HOST`, which is
 * `127.0.0.1` by default. A port that cannot be used is a warning `TALLYSTICK_PORT`.
 *
 * @example node --import tallystick/auto app.js
 * @example bun --preload tallystick/auto app.js
 * @module
 */

export {}
