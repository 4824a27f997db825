// The distributions of two moments over each other, each as shares of its values.

import { binsOf } from '../data/bins'
import type { Heat } from '../data/heat'
import { useSpeech } from '../text/language'

/** A moment is the time around it, so that it has enough values. */
const AROUND_MILLIS = 15_000

interface ComparisonProps {
  heat: Heat
  /** In milliseconds. */
  a: number
  b: number
  format: (value: number) => string
  choose: (which: 'a' | 'b', time: number) => void
}

export function Comparison({ heat, a, b, format, choose }: ComparisonProps) {
  const { t, formats } = useSpeech()
  const [first, last] = [heat.times[0] ?? 0, heat.times.at(-1) ?? 0]
  const around = (time: number) => heat.distribution(time - AROUND_MILLIS, time + AROUND_MILLIS)
  const [bucketsA, bucketsB] = [around(a), around(b)]
  const countOf = (buckets: typeof bucketsA) => buckets.reduce((sum, [, , count]) => sum + count, 0)
  const [countA, countB] = [countOf(bucketsA), countOf(bucketsB)]
  // the same bins for both: those of all values
  const both = [...bucketsA, ...bucketsB].sort((one, other) => one[0] - other[0])
  const bins = binsOf(both).map(({ from, to }) => ({ from, to }))
  const share = (buckets: typeof bucketsA, count: number) =>
    bins.map(({ from, to }, at) => {
      const inside = buckets.filter(([lowest, highest]) => {
        const middle = (lowest + highest) / 2
        return middle >= from && (middle < to || at === bins.length - 1)
      })
      return count > 0 ? countOf(inside) / count : 0
    })
  const [sharesA, sharesB] = [share(bucketsA, countA), share(bucketsB, countB)]
  const most = Math.max(...sharesA, ...sharesB, 0.001)
  const label = t('comparedTo', {
    a: formats.clock(a),
    b: formats.clock(b),
    countA: formats.count(countA),
    countB: formats.count(countB),
  })
  const slider = (which: 'a' | 'b', time: number, name: string) => (
    <label className={`moment ${which}`}>
      {name} <span className="number">{formats.clock(time)}</span>
      <input
        type="range"
        min={first}
        max={last}
        step={1000}
        value={time}
        aria-valuetext={formats.clock(time)}
        onChange={({ target }) => choose(which, Number(target.value))}
      />
    </label>
  )
  return (
    <section className="card comparison">
      <h2>{t('comparison')}</h2>
      <p className="muted">{t('momentHint')}</p>
      <div className="moments">
        {slider('a', a, t('momentA'))}
        {slider('b', b, t('momentB'))}
      </div>
      <figure className="histogram">
        <div className="columns" role="img" aria-label={label}>
          {bins.map(({ from, to }, at) => (
            <span
              key={from}
              title={`${format(from)} – ${format(to)}: ${formats.percent(sharesA[at])}, ${formats.percent(sharesB[at])}`}
            >
              <span className="a" style={{ blockSize: `${(100 * (sharesA[at] ?? 0)) / most}%` }} />
              <span className="b" style={{ blockSize: `${(100 * (sharesB[at] ?? 0)) / most}%` }} />
            </span>
          ))}
        </div>
        <figcaption className="number">
          <span>{bins[0] && format(bins[0].from)}</span>
          <span>{label}</span>
          <span>{bins.length > 0 && format(bins.at(-1)?.to ?? 0)}</span>
        </figcaption>
      </figure>
    </section>
  )
}
