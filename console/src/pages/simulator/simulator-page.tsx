import { useNavigate, useSearch } from '@tanstack/react-router'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { useAct } from '../../app/act.tsx'
import { useTenantTab } from '../../app/tab.tsx'
import { Button } from '../../parts/button.tsx'
import { Empty, Note } from '../../parts/feedback.tsx'
import { TextField } from '../../parts/field.tsx'
import { Link } from '../../parts/link.tsx'
import { Mark } from '../../parts/mark.tsx'
import { Page } from '../../parts/page.tsx'
import { Ltr } from '../../parts/text.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { t as common } from '../../words/common.ts'
import '../../styles/simulator.css'
import '../../styles/telephone.css'
import '../../styles/telephone-apps.css'
import { Device } from './device/device.tsx'
import { fateOf } from './fates.ts'
import { usePhone } from './items.ts'
import { numberTyped, usePhones, withFate } from './phones.ts'
import { WhatTheApiSaw } from './seen.tsx'
import { type Draft, freshDraft, sendDraft } from './send.ts'
import { FateButtons, SendForm } from './send-form.tsx'
import { t } from './words.ts'

/** The telephones of the tab, and the field for a further number. */
function Phones({ number, phones }: { number: string; phones: ReturnType<typeof usePhones> }) {
  const { tenantId } = useTenantTab()
  const navigate = useNavigate()
  const [typed, setTyped] = useState('')
  const [isBad, setBad] = useState(false)
  const show = (next: string) =>
    navigate({ to: '/t/$tenantId/$mode/simulator', params: { tenantId, mode: 'test' }, search: { number: next } })
  const add = (event: FormEvent): void => {
    event.preventDefault()
    const next = numberTyped(typed)
    setBad(next === null)
    if (next === null) return
    phones.add(next)
    setTyped('')
    void show(next)
  }
  return (
    <div className="phones">
      <nav aria-label={t.phones}>
        {phones.numbers.map((one) => (
          <span key={one} className="phone-tab" data-now={one === number || undefined}>
            <Link
              to="/t/$tenantId/$mode/simulator"
              params={{ tenantId, mode: 'test' }}
              search={{ number: one }}
              aria-current={one === number ? 'true' : undefined}
            >
              <Ltr className="figures">{one}</Ltr>
              {fateOf(one) ? <small>{fateOf(one)?.name}</small> : null}
            </Link>
            {phones.numbers.length > 1 ? (
              <button
                type="button"
                className="icon-button"
                aria-label={t.removePhone(one)}
                onClick={() => {
                  phones.remove(one)
                  if (one === number) void show(phones.numbers.find((other) => other !== one) ?? '')
                }}
              >
                <Mark of="close" />
              </button>
            ) : null}
          </span>
        ))}
      </nav>
      <form className="add-phone" onSubmit={add}>
        <TextField
          label={t.addPhone}
          value={typed}
          onChange={setTyped}
          ltr
          inputMode="tel"
          placeholder="0912 345 6789"
          error={isBad ? t.badNumber : undefined}
        />
        <Button type="submit">{t.add}</Button>
      </form>
    </div>
  )
}

/** One telephone, what is sent to it, and what the API saw of it. */
function Bench({ number, phones }: { number: string; phones: ReturnType<typeof usePhones> }) {
  const { api, key, tenantId, can } = useTenantTab()
  const navigate = useNavigate()
  const phone = usePhone(number)
  const [draft, setDraft] = useState<Draft>(() => freshDraft('sms'))
  const [sent, setSent] = useState<readonly { readonly id: string; readonly number: string }[]>([])
  const [freshSince, setFreshSince] = useState<number | null>(null)
  const [lastSentAt, setLastSentAt] = useState(0)
  // Kept until it was sent: pressing again after an error sends nothing twice.
  const once = useRef(crypto.randomUUID())
  const stand = useRef<HTMLDivElement>(null)
  const send = useAct(
    async (to: string) => ({ ...(await sendDraft(api, draft, { number: to, key: once.current })), number: to }),
    {
      changes: [[key, 'seen']],
      onDone: ({ id, number: to, acceptedAt }) => {
        once.current = crypto.randomUUID()
        setLastSentAt(Date.now())
        setSent((had) => [{ id, number: to }, ...had].slice(0, 20))
        // On a narrow screen the form stands below the telephone, which is what one wants to see now.
        if (matchMedia('(max-width: 1000px)').matches) stand.current?.scrollIntoView({ block: 'start' })
        setFreshSince((had) => had ?? Date.parse(acceptedAt))
      },
    },
  )
  const sendByFate = (digits: string): void => {
    const to = digits === '9900' ? number : withFate(number, digits)
    once.current = crypto.randomUUID()
    phones.add(to)
    void navigate({ to: '/t/$tenantId/$mode/simulator', params: { tenantId, mode: 'test' }, search: { number: to } })
    send.mutate(to)
  }
  const change = (next: Draft): void => {
    once.current = crypto.randomUUID()
    setDraft(next)
  }
  const fate = fateOf(number)
  const canSend = can('messages:send')
  return (
    <div className="bench">
      <div className="bench-phone" ref={stand}>
        <Device key={number} number={number} phone={phone} freshSince={freshSince} canAct={canSend} />
        {fate ? (
          <p className="phone-fate">
            <strong>{fate.name}</strong> {fate.about}
          </p>
        ) : null}
        <Trouble error={phone.error} />
      </div>
      <div className="bench-side">
        {canSend ? (
          <>
            <SendForm
              draft={draft}
              onDraft={change}
              onSend={() => send.mutate(number)}
              isPending={send.isPending}
              error={send.error}
            />
            <FateButtons isPending={send.isPending} onFate={sendByFate} />
          </>
        ) : (
          <Note>{t.noSend}</Note>
        )}
      </div>
      <div className="bench-seen">
        <WhatTheApiSaw
          number={number}
          sent={sent.filter((one) => one.number === number).map(({ id }) => id)}
          lastAt={Math.max(lastSentAt, Date.parse(phone.items[0]?.at ?? '') || 0)}
        />
      </div>
    </div>
  )
}

function InTest() {
  const { tenantId, can } = useTenantTab()
  const { number: asked } = useSearch({ from: '/t/$tenantId/$mode/simulator' })
  const phones = usePhones(tenantId)
  const number = (asked && numberTyped(asked)) || phones.numbers[0] || ''
  const { add } = phones
  // A number that came by a link is one of the telephones from then on.
  useEffect(() => void add(number), [add, number])
  if (!can('messages:read')) return <Note>{common.noScope}</Note>
  return (
    <>
      <Phones number={number} phones={phones} />
      <Bench number={number} phones={phones} />
    </>
  )
}

/** A test telephone: what is sent in test really arrives at it, and what it says really comes in. */
export default function SimulatorPage() {
  const { tenantId, mode } = useTenantTab()
  return (
    <Page title={t.title} about={t.about}>
      {mode === 'test' ? (
        <InTest />
      ) : (
        <Empty title={t.liveTitle}>
          <p>{t.liveWhy}</p>
          <Link weight="primary" to="/t/$tenantId/$mode/simulator" params={{ tenantId, mode: 'test' }}>
            {t.toTest}
          </Link>
        </Empty>
      )}
    </Page>
  )
}
