import '../../styles/rooms.css'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { Failure } from '../../api/problem.ts'
import { unwrap } from '../../api/unwrap.ts'
import { useAct } from '../../app/act.tsx'
import { useTenantTab } from '../../app/tab.tsx'
import { Allowed } from '../../app/tenant/allowed.tsx'
import { useOnce } from '../../app/tenant/once.ts'
import { Button, Link } from '../../parts/button.tsx'
import { Note, Trouble } from '../../parts/feedback.tsx'
import { TextField } from '../../parts/field.tsx'
import { Card, Page } from '../../parts/page.tsx'
import { SelectField } from '../../parts/select-field.tsx'
import { Ltr, Words } from '../../parts/text.tsx'
import { channelName } from '../../words/common.ts'
import { fieldText } from '../../words/failures.ts'
import { num } from '../../words/format.ts'
import type { Verification } from './summary.ts'
import { reasonName, t } from './words.ts'

const words = t.trial
const CHANNELS = ['sms', 'voice'] as const
type Channel = (typeof CHANNELS)[number]

/** Says why the guard let no code go, beside what the API said. */
export const Refusal = ({ error }: { error: unknown }) => (
  <>
    <Trouble error={error} />
    {error instanceof Failure && error.reason && error.code.startsWith('guard-') ? (
      <Note tone="warn">{reasonName(error.reason)}</Note>
    ) : null}
  </>
)

/** What arrived at the test telephone since the verification was started; what was there before is of another one. */
function Telephone({ started: { to: number, startedAt } }: { started: Verification }) {
  const { api, key, tenantId, mode, can } = useTenantTab()
  const arrived = useQuery({
    queryKey: [key, 'verifications', 'telephone', number],
    queryFn: () => unwrap(api.GET('/v1/sandbox/phone', { params: { query: { number, limit: 10 } } })),
    refetchInterval: 2_000,
    enabled: can('messages:read'),
  })
  const last = arrived.data?.data.find(({ direction, at }) => direction === 'outbound' && at >= startedAt)
  return (
    <Card title={words.telephone}>
      {last ? <Words>{last.text}</Words> : <p className="faint">{words.waiting}</p>}
      <Trouble error={arrived.error} />
      <div>
        <Link to="/t/$tenantId/$mode/simulator" params={{ tenantId, mode }} search={{ number }}>
          {words.telephoneOpen}
        </Link>
      </div>
    </Card>
  )
}

/** Checks the code of a verification that was started. */
function Checking({ started, onAgain }: { started: Verification; onAgain: () => void }) {
  const { api, key, tenantId, mode } = useTenantTab()
  const [code, setCode] = useState('')
  const check = useAct(
    () => unwrap(api.POST('/v1/verifications/{id}/check', { params: { path: { id: started.id } }, body: { code } })),
    { changes: [[key, 'verifications']] },
  )
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    check.mutate()
  }
  const result = check.data
  const isOver = result !== undefined && result.status !== 'pending'
  return (
    <>
      <Telephone key={started.id} started={started} />
      <Card title={words.code}>
        {isOver ? null : (
          <form onSubmit={submit} className="stack form-width">
            <TextField
              label={words.code}
              value={code}
              onChange={setCode}
              inputMode="numeric"
              autoComplete="one-time-code"
              isRequired
              ltr
            />
            <div>
              <Button type="submit" weight="primary" isPending={check.isPending}>
                {words.check}
              </Button>
            </div>
          </form>
        )}
        <div role="status">
          {result?.status === 'approved' ? <Note tone="good">{words.right}</Note> : null}
          {result?.status === 'pending' ? <Note tone="warn">{words.wrong(num(result.checksLeft))}</Note> : null}
          {isOver && result.status !== 'approved' ? <Note tone="bad">{words.over}</Note> : null}
        </div>
        <Trouble error={check.error} />
        <div className="actions">
          <Button onPress={onAgain}>{words.again}</Button>
          <Link to="/t/$tenantId/$mode/verifications/$id" params={{ tenantId, mode, id: started.id }}>
            {words.toOne}
          </Link>
        </div>
      </Card>
    </>
  )
}

function Starting({ onStarted }: { onStarted: (started: Verification) => void }) {
  const { api, key } = useTenantTab()
  const once = useOnce()
  const [to, setTo] = useState('+989121234567')
  const [channel, setChannel] = useState<Channel>('sms')
  const start = useAct(
    () => {
      const body = { to, channel }
      return unwrap(
        api.POST('/v1/verifications', { params: { header: { 'Idempotency-Key': once.keyFor(body) } }, body }),
      )
    },
    {
      changes: [[key, 'verifications']],
      onDone: (started) => {
        once.done()
        onStarted(started)
      },
    },
  )
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    start.mutate()
  }
  return (
    <Card>
      <form onSubmit={submit} className="stack form-width">
        <TextField
          label={words.number}
          help={words.numberHelp}
          value={to}
          onChange={setTo}
          inputMode="tel"
          isRequired
          ltr
          error={fieldText(start.error, '/to')}
        />
        <SelectField
          label={words.channel}
          options={CHANNELS.map((id) => ({ id, name: channelName(id) }))}
          value={channel}
          onChange={setChannel}
        />
        <p className="faint">{words.fates}</p>
        <Refusal error={start.error} />
        <div>
          <Button type="submit" weight="primary" isPending={start.isPending}>
            {words.start}
          </Button>
        </div>
      </form>
    </Card>
  )
}

function Trial() {
  const { tenantId, mode } = useTenantTab()
  const [started, setStarted] = useState<Verification | null>(null)
  if (mode === 'live')
    return (
      <Page title={words.title} about={words.about}>
        <Note tone="warn">
          <p>{words.live}</p>
          <Link to="/t/$tenantId/$mode/verifications/try" params={{ tenantId, mode: 'test' }}>
            {words.toTest}
          </Link>
        </Note>
      </Page>
    )
  return (
    <Page title={words.title} about={started ? <Ltr>{started.to}</Ltr> : words.about}>
      {started ? <Checking started={started} onAgain={() => setStarted(null)} /> : <Starting onStarted={setStarted} />}
    </Page>
  )
}

/** Starts a verification in test mode and checks its code. */
export default function TryPage() {
  return (
    <Allowed scope="verifications:write" title={words.title}>
      <Trial />
    </Allowed>
  )
}
