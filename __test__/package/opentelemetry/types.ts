// The types of this package where OpenTelemetry's are expected. Never run: it only has to compile.

import { type Meter, type MeterProvider as MeterProviderOfApi, metrics } from '@opentelemetry/api'
import {
  AggregationTemporality,
  AggregationType,
  createAllowListAttributesProcessor,
  InMemoryMetricExporter,
  InstrumentType,
  PeriodicExportingMetricReader,
  type ViewOptions,
} from '@opentelemetry/sdk-metrics'
import { MeterProvider, MetricProducer } from 'tallystick/opentelemetry'

const views: ViewOptions[] = [
  {
    instrumentName: 'a',
    instrumentType: InstrumentType.COUNTER,
    aggregation: { type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM, options: { boundaries: [1] } },
    attributesProcessors: [createAllowListAttributesProcessor(['x'])],
  },
]
const exporter = new InMemoryMetricExporter(AggregationTemporality.DELTA)
const reader = new PeriodicExportingMetricReader({ exporter, metricProducers: [new MetricProducer()] })
const provider: MeterProviderOfApi = new MeterProvider({ views, readers: [reader] })
metrics.setGlobalMeterProvider(provider)
const meter: Meter = new MeterProvider().getMeter('a')
meter.createCounter('a').add(1)
