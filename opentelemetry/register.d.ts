/**
 * Loading this module registers a {@link MeterProvider} of `tallystick/opentelemetry`, over the default collector, with OpenTelemetry's
 * API, before the application fetches a meter. The package `@opentelemetry/api` must be installed beside the application; without it,
 * and if another provider is registered, a warning `TALLYSTICK_OPENTELEMETRY` says so.
 *
 * Environment variables are those of OpenTelemetry's SDKs:
 *
 * - `OTEL_METRICS_EXPORTER`: `otlp`, `prometheus`, both with a comma, or `none`. Without it metrics are pushed if
 *   `OTEL_EXPORTER_OTLP_ENDPOINT` or `OTEL_EXPORTER_OTLP_METRICS_ENDPOINT` is set. Only the main thread exports, for all threads.
 * - `OTEL_EXPORTER_PROMETHEUS_HOST` (`localhost`) and `OTEL_EXPORTER_PROMETHEUS_PORT` (9464), where `/metrics` is served
 * - `OTEL_METRICS_EXEMPLAR_FILTER`: `always_off` keeps no exemplars of the active span
 * - those of `pushOtlp()`, `OTEL_SERVICE_NAME`, `OTEL_RESOURCE_ATTRIBUTES` and `OTEL_SDK_DISABLED`
 * - `TALLYSTICK_OTEL_NAMES`: the option `names` of the provider
 *
 * @example node --import tallystick/opentelemetry/register app.js
 * @module
 */

export {}
