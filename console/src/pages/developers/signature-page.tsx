import { type FormEvent, useState } from 'react'
import { EVENTS } from '../../../generated/events.ts'
import { Button } from '../../parts/button.tsx'
import { Note } from '../../parts/feedback.tsx'
import { TextField } from '../../parts/field.tsx'
import { Code, Time } from '../../parts/text.tsx'
import { took } from '../../words/format.ts'
import { words } from '../../words/language.ts'
import { DevelopersPage } from './developers-page.tsx'
import { keyOf, type Pasted, signatureOf, TOLERANCE_MS, type Verdict, verdictOn } from './signature.ts'

const t = words(
  {
    title: 'Signature checker',
    about:
      'Paste what your program received, and see whether the signature holds. It is checked in this page: the secret does not leave your browser.',
    headers: 'Headers',
    headersHelp: 'The three that begin with webhook-. Others may be among them.',
    body: 'Body',
    bodyHelp: 'The raw body, as it came, before any parsing.',
    secret: 'Secret of the endpoint',
    secretHelp: 'It begins with whsec_.',
    check: 'Check',
    example: 'Fill in an example',
    right: 'The signature holds.',
    rightWhy: (time: string) => `It was signed ${time} ago.`,
    old: 'The signature is right, but its time is too old.',
    early: 'The signature is right, but its time is in the future.',
    timeWhy: (time: string, most: string) =>
      `It differs from this clock by ${time}; a receiver takes ${most} at most, so that nobody posts an old one again.`,
    signedAt: 'Signed at',
    reformatted: 'The body was changed on the way.',
    reformattedWhy:
      'The signature holds for the same content with other spaces or line ends. Check the raw bytes, before your framework parses them.',
    wrong: 'The signature does not hold.',
    wrongWhy: 'The secret is another endpoint’s or an older one, or the body or the id is not as it came.',
    missing: 'A header is missing:',
    badTimestamp: 'The time is not a number of seconds.',
    badVersion: 'There is no signature of version 1 among them.',
    badSecret: 'This is not a secret: one is whsec_ followed by base64.',
  },
  {
    title: 'بررسی امضا',
    about:
      'آنچه را برنامهٔ شما گرفته بگذارید تا ببینید امضا درست است یا نه. همه در همین صفحه حساب می‌شود و رمز جایی نمی‌رود.',
    headers: 'سرآیندها',
    headersHelp: 'آن سه که به وب‌هوک مربوط است. بقیه هم می‌تواند باشد.',
    body: 'بدنه',
    bodyHelp: 'بایت‌ها همان‌گونه که آمد، نه آنچه برنامه از آن ساخت.',
    secret: 'رمز وب‌هوک',
    secretHelp: 'همان که هنگام ساختن نشان داده شد.',
    check: 'بررسی',
    example: 'پر کردن با نمونه',
    right: 'امضا درست است.',
    rightWhy: (time: string) => `${time} پیش امضا شده است.`,
    old: 'امضا درست است، اما زمان آن کهنه است.',
    early: 'امضا درست است، اما زمان آن در آینده است.',
    timeWhy: (time: string, most: string) =>
      `با ساعت اینجا ${time} فاصله دارد؛ گیرنده بیش از ${most} نمی‌پذیرد تا کسی ارسال کهنه‌ای را دوباره نفرستد.`,
    signedAt: 'زمان امضا',
    reformatted: 'بدنه در راه تغییر کرده است.',
    reformattedWhy:
      'امضا برای همین محتوا با فاصله‌ها یا سطربندی دیگری درست است. بایت‌های خام را بررسی کنید، پیش از آنکه برنامه بازشان کند.',
    wrong: 'امضا درست نیست.',
    wrongWhy: 'رمز از وب‌هوک دیگری یا کهنه است، یا بدنه یا شناسه همانی نیست که آمد.',
    missing: 'این سرآیند نیست:',
    badTimestamp: 'زمان باید شمار ثانیه‌ها باشد.',
    badVersion: 'امضایی از نسخهٔ یک در میان نیست.',
    badSecret: 'این رمز نیست.',
  },
)

/** What a verdict means. */
function Said({ verdict }: { verdict: Verdict }) {
  switch (verdict.kind) {
    case 'missing':
      return (
        <Note tone="bad">
          <p>
            {t.missing} <Code>{verdict.header}</Code>
          </p>
        </Note>
      )
    case 'right':
      return (
        <Note tone="good">
          <p>
            <strong>{t.right}</strong> {t.rightWhy(took(verdict.ageMs))}
          </p>
        </Note>
      )
    case 'old':
    case 'early':
      return (
        <Note tone="warn">
          <p>
            <strong>{t[verdict.kind]}</strong>
          </p>
          <p>{t.timeWhy(took(verdict.ageMs), took(TOLERANCE_MS))}</p>
          <p>
            {t.signedAt} <Time at={verdict.at.toISOString()} exact />
          </p>
        </Note>
      )
    case 'reformatted':
    case 'wrong':
      return (
        <Note tone="bad">
          <p>
            <strong>{t[verdict.kind]}</strong>
          </p>
          <p>{verdict.kind === 'wrong' ? t.wrongWhy : t.reformattedWhy}</p>
        </Note>
      )
    default: {
      const said = { 'bad-timestamp': t.badTimestamp, 'bad-version': t.badVersion, 'bad-secret': t.badSecret }
      return <Note tone="bad">{said[verdict.kind]}</Note>
    }
  }
}

/** Makes a POST as an endpoint gets it, signed by a secret that was just made up. */
async function exampleOf(): Promise<Pasted> {
  const secret = `whsec_${btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(24))))}`
  const key = await keyOf(secret)
  const event = EVENTS.find(({ type }) => type === 'message.delivered')
  const body = JSON.stringify(event?.examples[0]?.value)
  const timestamp = String(Math.floor(Date.now() / 1000))
  const id = 'evt_01kb2m6q7v4c9h2n0000101f7w2k9qx0000_delivered'
  const signature = key ? await signatureOf(key, id, timestamp, body) : ''
  const headers = `webhook-id: ${id}\nwebhook-timestamp: ${timestamp}\nwebhook-signature: v1,${signature}`
  return { headers, body, secret }
}

/** Checks a signature by WebCrypto, within the page. */
export default function SignaturePage() {
  const [pasted, setPasted] = useState<Pasted>({ headers: '', body: '', secret: '' })
  const [verdict, setVerdict] = useState<Verdict | null>(null)
  const change = (part: Partial<Pasted>): void => {
    setPasted({ ...pasted, ...part })
    setVerdict(null)
  }
  const check = (event: FormEvent): void => {
    event.preventDefault()
    void verdictOn(pasted, Date.now()).then(setVerdict)
  }
  return (
    <DevelopersPage title={t.title} about={t.about}>
      <form onSubmit={check} className="stack form-width mono-fields">
        <TextField
          label={t.headers}
          help={t.headersHelp}
          value={pasted.headers}
          onChange={(headers) => change({ headers })}
          lines={4}
          isRequired
          ltr
        />
        <TextField
          label={t.body}
          help={t.bodyHelp}
          value={pasted.body}
          onChange={(body) => change({ body })}
          lines={6}
          isRequired
          ltr
        />
        <TextField
          label={t.secret}
          help={t.secretHelp}
          value={pasted.secret}
          onChange={(secret) => change({ secret })}
          autoComplete="off"
          isRequired
          ltr
        />
        <div className="actions">
          <Button type="submit" weight="primary">
            {t.check}
          </Button>
          <Button weight="quiet" onPress={() => void exampleOf().then(change)}>
            {t.example}
          </Button>
        </div>
        <div role="status">{verdict ? <Said verdict={verdict} /> : null}</div>
      </form>
    </DevelopersPage>
  )
}
