// One worker: all of its fields, and its history since the details were opened.

import { useEffect, useRef } from 'react'
import type { Ring } from '../data/ring'
import type { Worker } from '../data/workers'
import { fieldLabel, fieldValue } from '../format/field-labels'
import { BYTE_STEPS } from '../format/steps'
import { Chart } from '../parts/Chart'
import { Foreign } from '../parts/Foreign'
import { Stat, Stats } from '../parts/Stat'
import { StateMark } from '../parts/StateMark'
import { useSpeech } from '../text/language'

const OWN = new Set(['id', 'app', 'state', 'requests', 'uptime', 'memory', 'rate', 'started', 'rank'])

interface WorkerDetailsProps {
  id: string
  worker: Worker | undefined
  ring: Ring
  close: () => void
}

export function WorkerDetails({ id, worker, ring, close }: WorkerDetailsProps) {
  const { t } = useSpeech()
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [])
  return (
    <aside
      className="details card"
      aria-label={t('details', { name: id })}
      onKeyDown={({ key }) => key === 'Escape' && close()}
    >
      <div className="heading">
        <h2 ref={heading} tabIndex={-1}>
          <Foreign>{id}</Foreign>
        </h2>
        <button type="button" onClick={close}>
          {t('close')}
        </button>
      </div>
      {worker === undefined ? <p role="status">{t('gone')}</p> : <Told worker={worker} />}
      <Charts ring={ring} />
    </aside>
  )
}

function Told({ worker }: { worker: Worker }) {
  const { t, formats } = useSpeech()
  const { app, state, requests, rate, started, memory } = worker
  const own = Object.entries(worker).filter(([name, value]) => !OWN.has(name) && typeof value === 'number')
  return (
    <>
      {app !== undefined && (
        <p>
          {t('app')} <Foreign>{app}</Foreign>
        </p>
      )}
      <Stats isWide>
        <Stat name={t('state')} value={<StateMark state={state} />} />
        <Stat name={t('requests')} value={formats.count(requests)} />
        <Stat name={t('rate')} value={formats.rate(rate)} />
        <Stat
          name={t('uptime')}
          value={formats.span(started === undefined ? undefined : Date.now() / 1000 - started)}
        />
        <Stat name={t('rss')} value={formats.bytes(memory?.rss)} />
        <Stat name={t('heapUsed')} value={formats.bytes(memory?.heapUsed)} />
        {own.map(([name, value]) => (
          <Stat
            key={name}
            name={<Foreign>{fieldLabel(name, t)}</Foreign>}
            value={fieldValue(name, value as number, formats)}
          />
        ))}
      </Stats>
    </>
  )
}

function Charts({ ring }: { ring: Ring }) {
  const { t, formats } = useSpeech()
  return (
    <>
      <h3>{t('requestRate')}</h3>
      <Chart
        label={t('requestRate')}
        rows={ring}
        lines={[{ name: t('rate'), column: 1, color: '--accent' }]}
        format={(value) => formats.rate(value)}
        height={120}
      />
      <h3>{t('memory')}</h3>
      <Chart
        label={t('memory')}
        rows={ring}
        lines={[
          { name: t('rss'), column: 2, color: '--idle' },
          { name: t('heapUsed'), column: 3, color: '--active' },
        ]}
        format={(value) => formats.bytes(value)}
        steps={BYTE_STEPS}
        height={120}
      />
    </>
  )
}
