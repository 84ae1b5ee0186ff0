import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { unwrap } from '../../../api/unwrap.ts'
import { useTenantTab } from '../../../app/tab.tsx'
import { useKeys } from '../../../app/tenant/who.tsx'
import { Link } from '../../../parts/button.tsx'
import { CodeBlock } from '../../../parts/code/code-block.tsx'
import { Note } from '../../../parts/feedback.tsx'
import { Card } from '../../../parts/page.tsx'
import { Choices } from '../../../parts/tabs/choices.tsx'
import { Code } from '../../../parts/text.tsx'
import { docsAt } from '../../../words/docs.ts'
import { num } from '../../../words/format.ts'
import { language as spoken } from '../../../words/language.ts'
import { DevelopersPage } from '../developers-page.tsx'
import { SAMPLE_LANGUAGES, type SampleLanguage, sampleOf } from '../samples.ts'
import { t } from './words.ts'

const DOCS = [
  [docsAt(), t.docs],
  [docsAt('/guides'), t.guides],
  [docsAt('/errors'), t.errors],
  [docsAt('/events'), t.eventsDocs],
  ['/openapi.json', t.openapi],
] as const

function Sending() {
  const { api, key, mode, can } = useTenantTab()
  const [language, setLanguage] = useState<SampleLanguage>('curl')
  const senders = useQuery({
    queryKey: [key, 'senders', 'sms'],
    queryFn: () => unwrap(api.GET('/v1/senders', { params: { query: { channel: 'sms' } } })),
    enabled: can('senders:read'),
  })
  const found = senders.data?.data ?? []
  const from = (found.find(({ isDefault }) => isDefault) ?? found[0])?.address ?? null
  const code = sampleOf(language, {
    origin: location.origin,
    key: `chk_${mode}_…`,
    to: '+989121234567',
    text: spoken === 'fa' ? 'سلام از چاپار' : 'Hello from Chapar',
    from,
  })
  return (
    <Card
      title={t.step2}
      actions={<Choices label={t.language} options={SAMPLE_LANGUAGES} value={language} onChange={setLanguage} ltr />}
    >
      <p>{t.step2Why}</p>
      {senders.data && from === null ? <Note tone="warn">{t.noSender}</Note> : null}
      <CodeBlock
        title={
          from ? (
            <>
              {t.from} <Code>{from}</Code>
            </>
          ) : undefined
        }
        code={code}
      />
      {mode === 'test' ? <p className="faint">{t.arrivedTest}</p> : null}
    </Card>
  )
}

/** What a developer sees first: how to send a message from a program. */
export default function StartPage() {
  const { tenantId, mode, can } = useTenantTab()
  const params = { tenantId, mode }
  const count = useKeys().data?.data.filter((one) => one.mode === mode && one.status === 'active').length ?? 0
  return (
    <DevelopersPage title={t.title} about={t.about}>
      <Card title={t.step1}>
        <p>
          {t.step1Why} {count > 0 ? t.hasKeys(num(count)) : null}
        </p>
        {can('keys:write') ? (
          <div>
            <Link to="/t/$tenantId/$mode/developers/keys/new" params={params} weight={count > 0 ? 'plain' : 'primary'}>
              {t.makeKey}
            </Link>
          </div>
        ) : null}
      </Card>
      <Sending />
      <Card title={t.step3}>
        <p>{t.step3Why}</p>
        {can('webhooks:read') ? (
          <div>
            <Link to="/t/$tenantId/$mode/developers/webhooks" params={params} weight="plain">
              {t.addWebhook}
            </Link>
          </div>
        ) : null}
      </Card>
      <Card title={t.more}>
        <ul className="link-list">
          {DOCS.map(([href, name]) => (
            <li key={href}>
              <a className="link" href={href}>
                {name}
              </a>
            </li>
          ))}
          {can('requests:read') ? (
            <li>
              <Link to="/t/$tenantId/$mode/requests" params={params}>
                {t.log}
              </Link>
            </li>
          ) : null}
        </ul>
      </Card>
    </DevelopersPage>
  )
}
