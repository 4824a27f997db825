// The frame of every view: navigation, connection state, theme and language.

import { Link, Outlet } from '@tanstack/react-router'
import { useRef } from 'react'
import { useLive } from '../data/live'
import type { TextName } from '../text/english'
import { LANGUAGES, useSpeech } from '../text/language'
import { THEMES, useTheme } from '../theme/theme'
import { Choice } from './Choice'
import { ConnectionState } from './ConnectionState'

const views = [
  ['/', 'overview'],
  ['/timings', 'timings'],
  ['/threads', 'threads'],
  ['/workers', 'workers'],
  ['/series', 'series'],
  ['/cardinality', 'cardinality'],
  ['/trace', 'trace'],
] as const

const themes = { system: 'themeSystem', light: 'themeLight', dark: 'themeDark' } as const satisfies Record<
  string,
  TextName
>

const languages = { en: 'English', pt: 'Português' }

export function Shell() {
  const { t, language, speak } = useSpeech()
  const { connection } = useLive()
  const [theme, chooseTheme] = useTheme()
  const main = useRef<HTMLElement>(null)
  return (
    <>
      <button type="button" className="skip" onClick={() => main.current?.focus()}>
        {t('skip')}
      </button>
      <header>
        <nav aria-label={t('views')}>
          {views.map(([to, name]) => (
            <Link
              key={to}
              to={to}
              activeOptions={{ exact: to === '/', includeSearch: false }}
              activeProps={{ 'aria-current': 'page' }}
            >
              {t(name)}
            </Link>
          ))}
        </nav>
        <ConnectionState />
        <div className="choices">
          <Choice
            label={t('theme')}
            value={theme}
            options={THEMES.map((name) => [name, t(themes[name])])}
            choose={chooseTheme}
          />
          <Choice
            label={t('language')}
            value={language}
            options={LANGUAGES.map((name) => [name, languages[name]])}
            choose={speak}
          />
        </div>
      </header>
      <main ref={main} tabIndex={-1} className={connection.kind === 'reconnecting' ? 'stale' : undefined}>
        <Outlet />
      </main>
    </>
  )
}
