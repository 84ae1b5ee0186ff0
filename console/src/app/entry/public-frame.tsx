import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { meQuery } from '../../api/queries.ts'
import { Button, Link } from '../../parts/button.tsx'
import { docsAt } from '../../words/docs.ts'
import { language, speak, words } from '../../words/language.ts'
import '../../styles/public.css'
import { StepUp } from '../act.tsx'
import { LicenceNotice } from '../licence-notice.tsx'
import { t } from '../words.ts'

const own = words(
  {
    docs: 'API reference',
    legal: 'Legal pages',
    licence: 'Licence',
    terms: 'Terms',
    privacy: 'Privacy',
    complaints: 'Complaints',
    toConsole: 'Console',
  },
  {
    docs: 'مستندات',
    legal: 'صفحه‌های حقوقی',
    licence: 'پروانه',
    terms: 'شرایط',
    privacy: 'حریم خصوصی',
    complaints: 'شکایت',
    toConsole: 'به کنسول',
  },
)

const LEGAL = [
  ['licence', own.licence],
  ['terms', own.terms],
  ['privacy', own.privacy],
  ['complaints', own.complaints],
] as const

interface FrameProps {
  readonly children: ReactNode
  /** `narrow` for a form, `wide` for what is read. */
  readonly width?: 'narrow' | 'wide'
}

/** Frame of the pages that everybody sees: the product's name, the other language, the way in, and the legal pages. */
export function PublicFrame({ children, width = 'narrow' }: FrameProps) {
  const me = useQuery(meQuery).data
  return (
    <div className="public">
      <a href="#page" className="skip">
        {t.skip}
      </a>
      <header className="public-head">
        <Link to="/" className="brand">
          <img src="/icon.svg" alt="" width="28" height="28" />
          <span>{t.brand}</span>
        </Link>
        <div className="public-ways">
          <a href={docsAt()} className="link">
            {own.docs}
          </a>
          <Button weight="quiet" onPress={() => speak(language === 'fa' ? 'en' : 'fa')}>
            <span lang={language === 'fa' ? 'en' : 'fa'}>{t.language}</span>
          </Button>
          {me ? <Link to="/">{own.toConsole}</Link> : <Link to="/sign-in">{t.signIn}</Link>}
        </div>
      </header>
      <main id="page" tabIndex={-1} data-width={width}>
        <LicenceNotice />
        {children}
      </main>
      <footer className="public-foot">
        <nav aria-label={own.legal}>
          {LEGAL.map(([page, name]) => (
            <Link key={page} to="/legal/$page" params={{ page }}>
              {name}
            </Link>
          ))}
        </nav>
      </footer>
      <StepUp />
    </div>
  )
}
