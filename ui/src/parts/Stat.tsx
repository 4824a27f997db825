// A number and its name.

import type { ReactNode } from 'react'

export function Stats({ children, isWide = false }: { children: ReactNode; isWide?: boolean }) {
  return <dl className={isWide ? 'stats wide' : 'stats'}>{children}</dl>
}

export function Stat({ name, value, mark }: { name: ReactNode; value: ReactNode; mark?: string }) {
  return (
    <div className="stat">
      <dt>
        {mark && <span className={`mark ${mark}`} aria-hidden="true" />}
        {name}
      </dt>
      <dd>{value}</dd>
    </div>
  )
}
