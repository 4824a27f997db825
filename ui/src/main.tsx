// Starts the page.

import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { LiveProvider } from './data/live'
import { router } from './router'
import { SpeechProvider } from './text/language'
import { beginTheme } from './theme/theme'
// in this order: later ones override for small windows and paper
import './style/colours.css'
import './style/elements.css'
import './style/shell.css'
import './style/overview.css'
import './style/charts.css'
import './style/app.css'
import './style/tables.css'
import './style/narrow.css'
import './style/print.css'

beginTheme()
const place = document.getElementById('page')
if (place !== null) {
  createRoot(place).render(
    <StrictMode>
      <SpeechProvider>
        <LiveProvider>
          <RouterProvider router={router} />
        </LiveProvider>
      </SpeechProvider>
    </StrictMode>,
  )
}
