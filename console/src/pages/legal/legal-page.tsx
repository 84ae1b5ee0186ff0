import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { type Licensee, licenseeQuery } from '../../api/licensee.ts'
import { PublicFrame } from '../../app/entry/public-frame.tsx'
import { NotFound } from '../../app/stumbles.tsx'
import { Empty, Loading, Note, Trouble } from '../../parts/feedback.tsx'
import { Card, Facts, Page } from '../../parts/page.tsx'
import { TabLinks } from '../../parts/tabs/tab-links.tsx'
import { Ltr, Words } from '../../parts/text.tsx'
import { language } from '../../words/language.ts'
import { t } from './words.ts'

type Legal = Licensee['legal']
type Text = Legal['terms']

const PAGES = ['licence', 'terms', 'privacy', 'tariffs', 'complaints'] as const
type PageName = (typeof PAGES)[number]

const said = (text: Text): string | null => text?.[language] ?? null

/** A text of the licensee's, or the address where it stands. */
function Said({ text }: { text: Text }) {
  const words = said(text)
  if (!words) return <Empty title={t.nothing}>{t.nothingWhy}</Empty>
  if (/^https:\/\/\S+$/.test(words))
    return (
      <a href={words} rel="noreferrer" className="link">
        <Ltr>{words}</Ltr>
      </a>
    )
  return (
    <div className="legal-text" dir="auto">
      {words}
    </div>
  )
}

/** Who runs the gateway and how he is reached. */
const Contact = ({ legal }: { legal: Legal }) => (
  <Facts
    of={[
      [t.licenceNumber, legal.licenceNumber ? <Ltr key="number">{legal.licenceNumber}</Ltr> : t.notSaid],
      [t.authority, <Words key="authority">{said(legal.authority) ?? t.notSaid}</Words>],
      [t.legalName, <Words key="name">{said(legal.legalName) ?? t.notSaid}</Words>],
      [t.registrationId, legal.registrationId ? <Ltr key="id">{legal.registrationId}</Ltr> : t.notSaid],
      [t.postalAddress, <Words key="address">{said(legal.postalAddress) ?? t.notSaid}</Words>],
      [
        t.landline,
        legal.landline ? (
          <a key="landline" href={`tel:${legal.landline}`} className="link">
            <Ltr>{legal.landline}</Ltr>
          </a>
        ) : (
          t.notSaid
        ),
      ],
      [
        t.email,
        legal.email ? (
          <a key="email" href={`mailto:${legal.email}`} className="link">
            <Ltr>{legal.email}</Ltr>
          </a>
        ) : (
          t.notSaid
        ),
      ],
    ]}
  />
)

function Content({ page, licensee: { legal, isLicensed } }: { page: PageName; licensee: Licensee }) {
  if (page === 'licence')
    return (
      <>
        {isLicensed ? null : <Note tone="warn">{t.unlicensed}</Note>}
        <Card>
          <Contact legal={legal} />
        </Card>
      </>
    )
  if (page !== 'complaints') return <Said text={legal[page]} />
  return (
    <>
      <Said text={legal.complaints} />
      <Card title={t.reach}>
        <Contact legal={legal} />
      </Card>
      {said(legal.notice195) ? (
        <Card title={t.notice195}>
          <Said text={legal.notice195} />
        </Card>
      ) : null}
    </>
  )
}

/** What the law wants shown of who runs the gateway, a page a subject. */
export default function LegalPage() {
  const { page: asked } = useParams({ strict: false })
  const licensee = useQuery(licenseeQuery)
  const page = PAGES.find((one) => one === asked)
  if (!page) return <NotFound />
  return (
    <PublicFrame width="wide">
      <TabLinks
        label={t.navigation}
        tabs={PAGES.map((one) => ({ to: `/legal/${one}`, name: t.pages[one], exact: true }))}
      />
      <Page title={t.titles[page]}>
        {licensee.isPending ? <Loading /> : null}
        <Trouble error={licensee.error} onRetry={() => void licensee.refetch()} />
        {licensee.data ? <Content page={page} licensee={licensee.data} /> : null}
      </Page>
    </PublicFrame>
  )
}
