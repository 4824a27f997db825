/**
 * Pool metrics as a plugin of Buntime: `manifest.yaml` of this package configures it, opt-in.
 *
 * @example
 * import metricsPlugin from 'tallystick/buntime'
 *
 * export default metricsPlugin({ sseInterval: 500 })
 */

// Without the package hono, which is optional, its types are any.
// @ts-ignore
import type { Hono } from 'hono'
import type { MetricsConfig as Config } from './pool'

/**
 * The plugin. Options given here count for more than the host's `config`; a whole manifest may be given, whose other fields are not
 * read.
 * @throws TypeError | RangeError `ERR_TALLYSTICK_OPTIONS` for a wrong option
 */
declare function metricsPlugin(
  config?: metricsPlugin.MetricsConfig & { readonly [field: string]: unknown },
): metricsPlugin.MetricsPlugin

declare namespace metricsPlugin {
  export { metricsPlugin, metricsPlugin as default }

  export type MetricsConfig = Config

  export interface MetricsPlugin {
    readonly name: string
    /** Where the host mounts `routes`: the option `base`, `/metrics` without it. */
    readonly base: string
    /**
     * The routes of the service, under `base` or, where the host cuts that off, without it. Buntime answers a 404 with its page:
     * where the base was cut off, what is not found below `api/metrics` is therefore 410.
     *
     * Made when first asked for: a Hono app. Where the package `hono` cannot be found, as from a folder of plugins, it has `fetch`
     * alone, which is all that Buntime calls; mounting it in a Hono app is then an Error `ERR_TALLYSTICK_MODULE`.
     */
    readonly routes: Hono
    /**
     * Takes over the pool and the configuration of the host, and logs that it did.
     * @throws TypeError | RangeError `ERR_TALLYSTICK_OPTIONS` | `ERR_TALLYSTICK_POOL`
     */
    onInit(context: Context): void
    /** Ends all streams, which would keep the host from ending. */
    onShutdown(): void
  }

  /** What the host hands to a plugin. */
  export interface Context {
    /** Without one, the routes of the pool answer 503. */
    readonly pool?: unknown
    /** What stands in the manifest; of its fields those of {@link MetricsConfig} are read. */
    readonly config?: Config & { readonly [field: string]: unknown }
    readonly globalConfig?: { readonly poolSize?: number }
    readonly logger?: Logger
  }

  /** As much of the host's logger as is used. */
  export interface Logger {
    info(message: string): void
    warn(message: string): void
  }
}

export = metricsPlugin
