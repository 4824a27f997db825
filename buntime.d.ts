/**
 * Pool metrics as a Buntime plugin, configured by the package's `manifest.yaml` and disabled by default.
 *
 * @example
 * import metricsPlugin from 'tallystick/buntime'
 *
 * export default metricsPlugin({ sseInterval: 500 })
 */

// If the optional package hono is not installed, its types are any.
// @ts-ignore
import type { Hono } from 'hono'
import type { MetricsConfig as Config } from './pool'

/**
 * Creates the plugin. Options passed here take precedence over the host's `config`. You may pass a whole manifest; its other fields
 * are ignored.
 * @throws TypeError | RangeError `ERR_TALLYSTICK_OPTIONS` for an invalid option
 */
declare function metricsPlugin(
  config?: metricsPlugin.MetricsConfig & { readonly [field: string]: unknown },
): metricsPlugin.MetricsPlugin

declare namespace metricsPlugin {
  export { metricsPlugin, metricsPlugin as default }

  export type MetricsConfig = Config

  export interface MetricsPlugin {
    readonly name: string
    /** The path at which the host mounts `routes`: the option `base`, default `/metrics`. */
    readonly base: string
    /**
     * The routes of the service, under `base` or, if the host strips it, without it. Buntime answers 404 with its own page, so if the
     * base was stripped, missing paths below `api/metrics` answer 410.
     *
     * A Hono app, created at first access. If the package `hono` cannot be found, for example in a folder of plugins, it has only
     * `fetch`, which is all that Buntime calls; mounting it in a Hono app is then an Error `ERR_TALLYSTICK_MODULE`.
     */
    readonly routes: Hono
    /**
     * Uses the pool and the configuration of the host, and logs a message.
     * @throws TypeError | RangeError `ERR_TALLYSTICK_OPTIONS` | `ERR_TALLYSTICK_POOL`
     */
    onInit(context: Context): void
    /** Ends all streams, which would otherwise keep the host running. */
    onShutdown(): void
  }

  /** What the host passes to a plugin. */
  export interface Context {
    /** The pool; without one, its routes answer 503. */
    readonly pool?: unknown
    /** The manifest's content; only fields of {@link MetricsConfig} are read. */
    readonly config?: Config & { readonly [field: string]: unknown }
    readonly globalConfig?: { readonly poolSize?: number }
    readonly logger?: Logger
  }

  /** The part of the host's logger that the plugin uses. */
  export interface Logger {
    info(message: string): void
    warn(message: string): void
  }
}

export = metricsPlugin
