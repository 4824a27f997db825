// Begins the page.

import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { LiveProvider } from './data/live'
import { router } from './router'
import './style.css'
import { SpeechProvider } from './text/language'
import { beginTheme } from './theme/theme'

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
