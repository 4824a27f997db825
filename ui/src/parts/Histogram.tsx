// A distribution as vertical bars over its values.

import type { DistributionBucket } from '../../../pool'
import { binsOf } from '../data/bins'

interface HistogramProps {
  label: string
  buckets: readonly DistributionBucket[]
  format: (value: number) => string
  count: (value: number) => string
}

export function Histogram({ label, buckets, format, count }: HistogramProps) {
  const bins = binsOf(buckets)
  const most = Math.max(...bins.map((bin) => bin.count), 1)
  const [first, last] = [bins[0], bins.at(-1)]
  return (
    <figure className="histogram">
      <div className="columns" role="img" aria-label={label}>
        {bins.map((bin) => (
          <span key={bin.from} title={`${format(bin.from)} – ${format(bin.to)}: ${count(bin.count)}`}>
            <span style={{ blockSize: `${(100 * bin.count) / most}%` }} />
          </span>
        ))}
      </div>
      <figcaption className="number">
        <span>{first && format(first.from)}</span>
        <span>{label}</span>
        <span>{last && format(last.to)}</span>
      </figcaption>
    </figure>
  )
}
