import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { I18nProvider } from 'react-aria-components/I18nProvider'
import { createRoot } from 'react-dom/client'
import { hearTabs } from './api/leave.ts'
import { awaitWords } from './api/problem.ts'
import { queries } from './api/queries.ts'
import { markMissingParts } from './app/part.tsx'
import { refuseStrayFiles } from './app/stray-files.ts'
import { applyTheme, theme } from './app/theme.ts'
import { router } from './router.tsx'
import './styles/index.css'
import { direction, language, locale } from './words/language.ts'

document.documentElement.lang = language
document.documentElement.dir = direction
applyTheme(theme())
awaitWords(async () => (await import('./words/failures.ts')).untilSayable())

import('./late.ts').then(({ mindFocus }) => mindFocus(), console.error)
hearTabs()
markMissingParts()
refuseStrayFiles()

const root = document.getElementById('root')
if (!root) throw new Error('the page has no root')
createRoot(root).render(
  <StrictMode>
    <I18nProvider locale={locale}>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </I18nProvider>
  </StrictMode>,
)
