// A message in place of missing data, with the remedy.

import type { ReactNode } from 'react'
import type { NoDataReason } from '../data/request'
import type { TextName } from '../text/english'
import { useSpeech } from '../text/language'

export function Notice({ title, children, code }: { title: string; children?: ReactNode; code?: string }) {
  return (
    <section className="notice" role="status">
      <h2>{title}</h2>
      {children && <p>{children}</p>}
      {code && (
        <pre>
          <code>{code}</code>
        </pre>
      )}
    </section>
  )
}

const notices: Record<NoDataReason, { title: TextName; remedy: TextName; code?: string }> = {
  pool: {
    title: 'noPool',
    remedy: 'noPoolRemedy',
    code: 'service.setPool({ size: 8, workers: () => workers })',
  },
  collector: {
    title: 'noCollector',
    remedy: 'noCollectorRemedy',
    code: 'createPoolMetrics({ collector: metrics.collector })',
  },
  series: { title: 'noSuchSeries', remedy: 'noSeriesRemedy' },
  permission: { title: 'noPermission', remedy: 'noPermissionRemedy' },
  response: { title: 'noResponse', remedy: 'noResponseRemedy' },
}

export function NoDataNotice({ reason }: { reason: NoDataReason }) {
  const { t } = useSpeech()
  const { title, remedy, code } = notices[reason]
  return (
    <Notice title={t(title)} code={code}>
      {t(remedy)}
    </Notice>
  )
}
