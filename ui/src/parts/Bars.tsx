// Amounts as horizontal bars, each with its name and number.

import { Foreign } from './Foreign'

export interface Bar {
  name: string
  value: number
  text: string
}

export function Bars({ label, bars }: { label: string; bars: readonly Bar[] }) {
  const most = Math.max(...bars.map(({ value }) => value), 0)
  return (
    <section className="bars">
      <h3>{label}</h3>
      <ul>
        {bars.map(({ name, value, text }) => (
          <li key={name}>
            <Foreign>{name}</Foreign>
            <span className="bar" aria-hidden="true">
              <span style={{ inlineSize: `${most > 0 ? (100 * value) / most : 0}%` }} />
            </span>
            <span className="number">{text}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}
