// The health of the pool, now and since this page was opened.

import type { MetricsResponse } from '../../../pool'
import { level } from '../data/level'
import { poolHistory } from '../data/memory'
import { HISTORY_COLUMNS } from '../data/pool-history'
import { fieldLabel, fieldValue } from '../format/field-labels'
import { WHOLE_STEPS } from '../format/steps'
import { Chart } from '../parts/Chart'
import { Foreign } from '../parts/Foreign'
import { Gauge } from '../parts/Gauge'
import { Stat, Stats } from '../parts/Stat'
import { Times } from '../parts/Times'
import type { TextName } from '../text/english'
import { useSpeech } from '../text/language'

type Pool = MetricsResponse['pool']

/** The fields that every pool has; others are this pool's own. */
const OWN = new Set(['size', 'active', 'idle', 'creating', 'total', 'utilization'])

export function PoolState({ latest }: { latest: MetricsResponse }) {
  return (
    <>
      <Verdict latest={latest} />
      <Charts pool={latest.pool} />
    </>
  )
}

function Verdict({ latest: { pool, uptime, timestamp } }: { latest: MetricsResponse }) {
  const { t, formats } = useSpeech()
  const { active, idle, utilization } = pool
  const own = Object.entries(pool).filter(([name]) => !OWN.has(name))
  return (
    <section className={`verdict card ${level(utilization ?? 0)}`}>
      {utilization !== undefined && <Gauge ratio={utilization} />}
      <div>
        <h2>{t(verdictOf(pool))}</h2>
        {active !== undefined && (
          <p className="number">
            {t('utilizationOf', { active: formats.count(active), size: formats.count(pool.size) })}
          </p>
        )}
        <Stats>
          {active !== undefined && <Stat name={t('active')} mark="active" value={formats.count(active)} />}
          {idle !== undefined && <Stat name={t('idle')} mark="idle" value={formats.count(idle)} />}
          <Stat name={t('creating')} mark="creating" value={formats.count(pool.creating)} />
          <Stat name={t('total')} value={formats.count(pool.total)} />
          <Stat name={t('size')} value={formats.count(pool.size)} />
          {own.map(
            ([name, value]) =>
              typeof value === 'number' && (
                <Stat
                  key={name}
                  name={<Foreign>{fieldLabel(name, t)}</Foreign>}
                  value={fieldValue(name, value, formats)}
                />
              ),
          )}
        </Stats>
        <Times uptime={uptime} timestamp={timestamp} />
      </div>
    </section>
  )
}

function Charts({ pool: { size, utilization } }: { pool: Pool }) {
  const { t, formats } = useSpeech()
  const states =
    utilization === undefined ? (['ready', 'creating'] as const) : (['active', 'idle', 'creating'] as const)
  return (
    <div className="pair">
      {utilization !== undefined && (
        <section className="card">
          <h2>
            {t('utilization')} <small>{t('lastMinutes')}</small>
          </h2>
          <Chart
            label={t('utilizationChart')}
            rows={poolHistory.ring}
            lines={[{ name: t('utilization'), column: HISTORY_COLUMNS.utilization, color: '--accent' }]}
            format={(value) => formats.percent(value)}
            top={1}
          />
        </section>
      )}
      <section className="card">
        <h2>
          {t('workers')} <small>{t('lastMinutes')}</small>
        </h2>
        <Chart
          label={t('statesChart')}
          rows={poolHistory.ring}
          lines={states.map((state) => ({ name: t(state), column: HISTORY_COLUMNS[state], color: `--${state}` }))}
          format={(value) => formats.compact(value)}
          isStacked
          steps={WHOLE_STEPS}
          top={size}
        />
      </section>
    </div>
  )
}

function verdictOf({ total, active, creating, size, utilization }: Pool): TextName {
  if (total === 0) return 'empty'
  if (size === 0) return 'unsized'
  if (active === undefined || utilization === undefined) return 'busyUnknown'
  if (active + creating === 0) return 'noRequests'
  return level(utilization)
}
