// A view: its heading, which is also the title of the window.

import { type ReactNode, useEffect } from 'react'
import { useSpeech } from '../text/language'

export function View({ title, aside, children }: { title: string; aside?: ReactNode; children: ReactNode }) {
  const { t } = useSpeech()
  useEffect(() => {
    document.title = `${title} · ${t('title')}`
  }, [title, t])
  return (
    <article className="view">
      <div className="heading">
        <h1>{title}</h1>
        {aside}
      </div>
      {children}
    </article>
  )
}
