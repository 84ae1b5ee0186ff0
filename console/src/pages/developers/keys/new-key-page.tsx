import { type FormEvent, useEffect, useState } from 'react'
import { KEY_SCOPES, type Scope } from '../../../../generated/roles.ts'
import type { RowOf } from '../../../api/answers.ts'
import { unwrap } from '../../../api/unwrap.ts'
import { useAct } from '../../../app/act.tsx'
import { useTenantTab } from '../../../app/tab.tsx'
import { Allowed } from '../../../app/tenant/allowed.tsx'
import { useOnce } from '../../../app/tenant/once.ts'
import { Button, Link } from '../../../parts/button.tsx'
import { Checkbox } from '../../../parts/choice-field.tsx'
import { CodeBlock } from '../../../parts/code/code-block.tsx'
import { ShownOnce } from '../../../parts/code/shown-once.tsx'
import { Note, Trouble } from '../../../parts/feedback.tsx'
import { TextField } from '../../../parts/field.tsx'
import { Card } from '../../../parts/page.tsx'
import { SelectField } from '../../../parts/select-field.tsx'
import { fieldText } from '../../../words/failures.ts'
import { language } from '../../../words/language.ts'
import { scopeWords } from '../../../words/roles.ts'
import { DevelopersPage } from '../developers-page.tsx'
import { sampleOf } from '../samples.ts'
import { t } from './words.ts'

type Made = RowOf<'/v1/keys'> & { readonly key: string }

const DAY_MS = 86_400_000
const LASTS = [
  { id: '30', name: t.days30 },
  { id: '90', name: t.days90 },
  { id: 'year', name: t.year },
] as const
type Lasts = (typeof LASTS)[number]['id']

/** Scopes that most programs want, by what the program is for. */
const PRESETS: readonly { readonly name: string; readonly holds: (scope: Scope) => boolean }[] = [
  { name: t.onlySend, holds: (scope) => ['messages:send', 'messages:read', 'senders:read'].includes(scope) },
  { name: t.codes, holds: (scope) => scope.startsWith('verifications:') },
  { name: t.readOnly, holds: (scope) => scope.endsWith(':read') },
  { name: t.everything, holds: () => true },
]

interface ScopesProps {
  readonly value: readonly Scope[]
  readonly onChange: (scopes: readonly Scope[]) => void
  readonly error: string | undefined
}

/** Chooses what a key may do, of what the person may do. */
function ScopesField({ value, onChange, error }: ScopesProps) {
  const { can } = useTenantTab()
  const own = KEY_SCOPES.filter(can)
  const turn = (scope: Scope, on: boolean): void =>
    onChange(own.filter((one) => (one === scope ? on : value.includes(one))))
  return (
    <fieldset className="plain-fieldset">
      <legend>{t.scopes}</legend>
      <p className="help">{t.scopesHelp}</p>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot stand within a line */}
      <div role="group" aria-label={t.presets} className="actions">
        {PRESETS.map(({ name, holds }) => (
          <Button key={name} onPress={() => onChange(own.filter(holds))}>
            {name}
          </Button>
        ))}
      </div>
      <div className="check-grid">
        {own.map((scope) => (
          <Checkbox key={scope} isSelected={value.includes(scope)} onChange={(on) => turn(scope, on)}>
            {scopeWords[scope]}{' '}
            <span className="faint">
              <bdi dir="ltr" className="code">
                {scope}
              </bdi>
            </span>
          </Checkbox>
        ))}
      </div>
      {error ? (
        <p className="bad-text" role="alert">
          {error}
        </p>
      ) : null}
    </fieldset>
  )
}

/** What stands once a key is made: the key, and what to do with it. */
function Ready({ made }: { made: Made }) {
  const { tenantId, mode } = useTenantTab()
  useEffect(() => scrollTo({ top: 0 }), [])
  const code = sampleOf('curl', {
    origin: location.origin,
    key: made.key,
    to: '+989121234567',
    text: language === 'fa' ? 'سلام از چاپار' : 'Hello from Chapar',
    from: null,
  })
  return (
    <>
      <Card title={t.ready}>
        <ShownOnce secret={made.key} />
      </Card>
      {made.scopes.includes('messages:send') ? (
        <Card title={t.tryIt}>
          <p>{t.tryItWhy}</p>
          <CodeBlock title={<bdi dir="ltr">curl</bdi>} code={code} />
        </Card>
      ) : null}
      <div>
        <Link to="/t/$tenantId/$mode/developers/keys" params={{ tenantId, mode }} weight="plain">
          {t.toKeys}
        </Link>
      </div>
    </>
  )
}

function NewKey({ onMade }: { onMade: (made: Made) => void }) {
  const { api, key, mode } = useTenantTab()
  const once = useOnce()
  const [name, setName] = useState('')
  const [scopes, setScopes] = useState<readonly Scope[]>([])
  const [ips, setIps] = useState('')
  const [lasts, setLasts] = useState<Lasts>('year')
  const [isChecked, setChecked] = useState(false)
  // A time that stays while the form does, so that the same form is the same request.
  const [opened] = useState(Date.now)
  const make = useAct(
    () => {
      const list = ips.split(/[\s,،]+/).filter(Boolean)
      const body = {
        name,
        mode,
        scopes: [...scopes] as never,
        ...(list.length > 0 ? { allowedIps: list } : {}),
        ...(lasts === 'year' ? {} : { expiresAt: new Date(opened + Number(lasts) * DAY_MS).toISOString() }),
      }
      return unwrap(api.POST('/v1/keys', { params: { header: { 'Idempotency-Key': once.keyFor(body) } }, body }))
    },
    {
      changes: [[key, 'keys']],
      onDone: (made) => {
        once.done()
        onMade(made)
      },
    },
  )
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setChecked(true)
    if (scopes.length > 0) make.mutate()
  }
  return (
    <form onSubmit={submit} className="stack form-width">
      <Note tone={mode === 'test' ? 'open' : 'warn'}>{t.modeIs[mode]}</Note>
      <TextField
        label={t.name}
        help={t.nameHelp}
        value={name}
        onChange={setName}
        isRequired
        maxLength={100}
        error={fieldText(make.error, '/name')}
      />
      <ScopesField
        value={scopes}
        onChange={setScopes}
        error={isChecked && scopes.length === 0 ? t.chooseOne : fieldText(make.error, '/scopes')}
      />
      <TextField
        label={t.ips}
        help={t.ipsHelp}
        value={ips}
        onChange={setIps}
        lines={2}
        ltr
        error={fieldText(make.error, '/allowedIps')}
      />
      <SelectField
        label={t.lasts}
        options={LASTS}
        value={lasts}
        onChange={setLasts}
        error={fieldText(make.error, '/expiresAt')}
      />
      <Trouble error={make.error} />
      <div className="actions">
        <Button type="submit" weight="primary" isPending={make.isPending}>
          {t.make}
        </Button>
      </div>
    </form>
  )
}

function NewKeySteps() {
  const [made, setMade] = useState<Made | null>(null)
  return (
    <DevelopersPage title={made ? made.name : t.make} about={made ? undefined : t.about}>
      {made ? <Ready made={made} /> : <NewKey onMade={setMade} />}
    </DevelopersPage>
  )
}

/** Makes an API key; who leaves the page does not see it again. */
export default function NewKeyPage() {
  return (
    <Allowed scope="keys:write" title={t.make}>
      <NewKeySteps />
    </Allowed>
  )
}
