import { PublicFrame } from '../../app/entry/public-frame.tsx'
import { t as app } from '../../app/words.ts'
import { CopyButton, Link } from '../../parts/button.tsx'
import { Page } from '../../parts/page.tsx'
import { Ltr } from '../../parts/text.tsx'
import { docsAt } from '../../words/docs.ts'
import { exactClock } from '../../words/format.ts'
import '../../styles/landing.css'
import { t } from './words.ts'

const CURL = `curl ${location.origin}/v1/messages \\
  -H 'Authorization: Bearer chk_test_…' \\
  -H 'Content-Type: application/json' \\
  -d '{"channel":"sms","to":"+989121234567",
       "content":{"text":"سلام"}}'`

/** Steps of the drawn record, in milliseconds after its begin. */
const STEPS = [
  ['open', t.steps.accepted, 0],
  ['open', t.steps.submitted, 41],
  ['good', t.steps.delivered, 2318],
  ['good', t.steps.received, 9744],
] as const

const BEGIN = Date.UTC(2026, 10, 29, 6, 30, 12, 184)

/** Draws what the product does: a call, the telephone that it reaches, the record that stays. */
const Drawing = () => (
  <figure className="drawing" aria-label={t.drawing}>
    <section className="drawn-call">
      <header>
        <h2>{t.request}</h2>
        <CopyButton text={CURL} />
      </header>
      <pre dir="ltr">{CURL}</pre>
      <p>{t.requestHelp}</p>
    </section>
    <section className="drawn-phone" aria-hidden="true">
      <div className="drawn-screen">
        <p className="drawn-bubble">{t.bubble}</p>
        <p className="drawn-bubble" data-mine>
          {t.reply}
        </p>
      </div>
    </section>
    <section className="drawn-record" aria-hidden="true">
      <h2>{t.record}</h2>
      <ol>
        {STEPS.map(([tone, name, after]) => (
          <li key={name} data-tone={tone}>
            <span>{name}</span>
            <Ltr className="figures">{exactClock(new Date(BEGIN + after))}</Ltr>
          </li>
        ))}
      </ol>
    </section>
  </figure>
)

/** Says to who runs the gateway on his own machine how to come in. */
function LocalHint() {
  const { hostname, port } = location
  if (hostname !== 'localhost' && hostname !== '127.0.0.1') return null
  const byName = `http://localhost${port ? `:${port}` : ''}/`
  return (
    <section className="local-hint">
      <h2>{t.localTitle}</h2>
      <p>
        <a className="link" href="/cdn-cgi/local/sign-in">
          {t.localWhy}
        </a>
      </p>
      <p>{t.localCodes}</p>
      <pre dir="ltr">npm run sandbox -- phone +989121234567</pre>
      {hostname === '127.0.0.1' ? (
        <p>
          {t.localName}{' '}
          <a className="link" href={byName}>
            <Ltr>{byName}</Ltr>
          </a>
        </p>
      ) : null}
    </section>
  )
}

/** What Chapar is, for who comes by. */
export default function LandingPage() {
  return (
    <PublicFrame width="wide">
      <div className="hero">
        <div className="hero-words">
          <Page title={t.title} about={t.lead}>
            <div className="actions">
              <Link to="/sign-up" weight="primary">
                {app.signUp}
              </Link>
              <Link to="/sign-in" weight="plain">
                {app.signIn}
              </Link>
              <a href={docsAt()} className="button" data-weight="quiet">
                {t.docs}
              </a>
            </div>
          </Page>
          <LocalHint />
        </div>
        <Drawing />
      </div>
      <ul className="points">
        {Object.values(t.points).map(({ title, text }) => (
          <li key={title}>
            <h2>{title}</h2>
            <p>{text}</p>
          </li>
        ))}
      </ul>
    </PublicFrame>
  )
}
