/**
 * Pool metrics as a plugin of Buntime: `manifest.yaml` of this package configures it, opt-in.
 *
 * @example
 * import metricsPlugin from 'tallystick/buntime'
 *
 * export default metricsPlugin({ sseInterval: 500 })
 */

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
     * A Hono app with the routes of the service, under `base` or, where the host cuts that off, without it. Made when first asked for.
     * @throws Error `ERR_TALLYSTICK_MODULE` when the package `hono` is not installed
     */
    readonly routes: Routes
    /**
     * Takes over the pool and the configuration of the host.
     * @throws TypeError | RangeError `ERR_TALLYSTICK_OPTIONS` | `ERR_TALLYSTICK_POOL`
     */
    onInit(context: Context): void
  }

  /** As much of a Hono app as a host needs to know. */
  export interface Routes {
    fetch(request: Request, ...environment: unknown[]): Response | Promise<Response>
  }

  /** What the host hands to a plugin. */
  export interface Context {
    /** Without one, the routes of the pool answer 503. */
    readonly pool?: object | null
    /** What stands in the manifest; of its fields those of {@link MetricsConfig} are read. */
    readonly config?: Config & { readonly [field: string]: unknown }
    readonly globalConfig?: { readonly poolSize?: number }
  }
}

export = metricsPlugin
