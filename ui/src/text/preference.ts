// What somebody chose on this page, kept in the browser where it lets us.

import { useState } from 'react'

export function readPreference(name: string): string | undefined {
  try {
    return localStorage.getItem(`tallystick.${name}`) ?? undefined
  } catch {
    return undefined
  }
}

/** A choice, and a function that makes and keeps another one. */
export function usePreference<Choice extends string>(
  name: string,
  choices: readonly Choice[],
  otherwise: Choice,
): [Choice, (choice: Choice) => void] {
  const [choice, setChoice] = useState(() => choices.find((known) => known === readPreference(name)) ?? otherwise)
  const choose = (chosen: Choice) => {
    setChoice(chosen)
    try {
      localStorage.setItem(`tallystick.${name}`, chosen)
    } catch {
      // it holds until the page is left
    }
  }
  return [choice, choose]
}
