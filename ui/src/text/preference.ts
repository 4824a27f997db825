// The user's choices on this page, kept in the browser if it allows it.

import { useState } from 'react'

export function readPreference(name: string): string | undefined {
  try {
    return localStorage.getItem(`tallystick.${name}`) ?? undefined
  } catch {
    return undefined
  }
}

/** A choice, and a function that changes and stores it. */
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
      // it lasts until the page is closed
    }
  }
  return [choice, choose]
}
