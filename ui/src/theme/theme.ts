// The light or dark theme, chosen by the system or the user.

import { useEffect, useSyncExternalStore } from 'react'
import { flushSync } from 'react-dom'
import { readPreference, usePreference } from '../text/preference'

export const THEMES = ['system', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]

const system = matchMedia('(prefers-color-scheme: dark)')
const listeners = new Set<() => void>()

/** Applied before the first paint, so that nothing flashes. */
export function beginTheme(): void {
  apply(THEMES.find((theme) => theme === readPreference('theme')) ?? 'system')
  system.addEventListener('change', notify)
  addEventListener('beforeprint', beginPrint)
}

/** Paper is light, also canvases. Synchronous, because what is not drawn when the event ends is not printed. */
function beginPrint(): void {
  const { theme } = document.documentElement.dataset
  addEventListener('afterprint', () => endPrint(theme), { once: true })
  document.documentElement.dataset.theme = 'light'
  flushSync(notify)
}

function endPrint(theme: string | undefined): void {
  document.documentElement.dataset.theme = theme
  notify()
}

export function useTheme(): [Theme, (theme: Theme) => void] {
  const [theme, choose] = usePreference('theme', THEMES, 'system')
  useEffect(() => {
    apply(theme)
    notify()
  }, [theme])
  return [theme, choose]
}

/** Whether the page is dark now, for canvases, which are drawn rather than styled. */
export function useIsDark(): boolean {
  return useSyncExternalStore(subscribe, isDark)
}

function isDark(): boolean {
  const { theme } = document.documentElement.dataset
  return theme === 'dark' || (theme !== 'light' && system.matches)
}

function apply(theme: Theme): void {
  document.documentElement.dataset.theme = theme
}

function notify(): void {
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
