// The language of the page: its texts and its numbers, for all components below.

import { createContext, type ReactNode, useContext, useEffect, useMemo } from 'react'
import { Formats } from '../format/formats'
import { english, type TextName } from './english'
import { portuguese } from './portuguese'
import { usePreference } from './preference'

export const LANGUAGES = ['en', 'pt'] as const
export type Language = (typeof LANGUAGES)[number]

const texts = { en: english, pt: portuguese }
const tags = { en: 'en-GB', pt: 'pt-BR' }

export interface Speech {
  language: Language
  speak(language: Language): void
  /** A text, with values in the places of their `{names}`. */
  t(name: TextName, values?: Readonly<Record<string, string | number>>): string
  formats: Formats
}

const SpeechContext = createContext<Speech | undefined>(undefined)

export function useSpeech(): Speech {
  const speech = useContext(SpeechContext)
  if (speech === undefined) throw new Error('there is no language here')
  return speech
}

export function SpeechProvider({ children }: { children: ReactNode }) {
  const [language, speak] = usePreference('language', LANGUAGES, preferred(navigator.languages))
  // biome-ignore lint/correctness/useExhaustiveDependencies: what speak closes over never changes
  const speech = useMemo<Speech>(
    () => ({
      language,
      speak,
      t: (name, values) => filled(texts[language][name], values),
      formats: formatsOf(language),
    }),
    [language],
  )
  useEffect(() => {
    document.documentElement.lang = tags[language]
  }, [language])
  return <SpeechContext value={speech}>{children}</SpeechContext>
}

function formatsOf(language: Language): Formats {
  return new Formats(tags[language])
}

function preferred(languages: readonly string[]): Language {
  const known = languages.map((tag) => LANGUAGES.find((language) => tag.toLowerCase().startsWith(language)))
  return known.find((language) => language !== undefined) ?? 'en'
}

function filled(text: string, values: Readonly<Record<string, string | number>> = {}): string {
  return text.replace(/\{(\w+)\}/g, (_all, name: string) => String(values[name] ?? ''))
}
