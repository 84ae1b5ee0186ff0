import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { auth } from '../../api/auth.ts'
import { Failure } from '../../api/problem.ts'
import { unwrap } from '../../api/unwrap.ts'
import { useAct } from '../../app/act.tsx'
import { Button, Link } from '../../parts/button.tsx'
import { Note, Trouble } from '../../parts/feedback.tsx'
import { TextField } from '../../parts/field.tsx'
import { Card, Facts, Page } from '../../parts/page.tsx'
import { Status } from '../../parts/status.tsx'
import { Table } from '../../parts/table.tsx'
import { Code, Ltr, Words } from '../../parts/text.tsx'
import { t as common } from '../../words/common.ts'
import { fieldText } from '../../words/failures.ts'
import { levelWords } from '../../words/levels.ts'
import { roleName } from '../../words/roles.ts'
import { useMe } from './use-me.ts'
import { t } from './words.ts'

/** Makes a further account of the person's own. */
function MakeTenant() {
  const [tenantName, setName] = useState('')
  const make = useAct(() => unwrap(auth.POST('/v1/auth/tenants', { body: { tenantName } })), {
    changes: [['me']],
    onDone: () => setName(''),
  })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    make.mutate()
  }
  const code = make.error instanceof Failure ? make.error.code : null
  const refusal = code === 'conflict' ? t.tooMany : code === 'forbidden' ? t.signUpClosed : null
  return (
    <Card title={t.makeTenant}>
      <p className="faint">{t.makeTenantWhy}</p>
      <form onSubmit={submit} className="stack form">
        <TextField label={t.tenantName} value={tenantName} onChange={setName} isRequired maxLength={200} />
        {refusal ? <Note tone="warn">{refusal}</Note> : <Trouble error={make.error} />}
        <div>
          <Button type="submit" isPending={make.isPending}>
            {t.make}
          </Button>
        </div>
      </form>
    </Card>
  )
}

/** The person's name, and the way to change it. */
function Name({ name }: { name: string }) {
  const queries = useQueryClient()
  const [typed, setTyped] = useState<string | null>(null)
  const save = useAct((text: string) => unwrap(auth.PATCH('/v1/auth/me', { body: { name: text } })), {
    changes: [['me'], ['operator']],
    onDone: () => {
      setTyped(null)
      // Lists of members stand under the key of each account's tab.
      void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[1] === 'members' })
    },
  })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (typed !== null) save.mutate(typed.trim())
  }
  if (typed === null)
    return (
      <span className="row">
        <Words>{name}</Words>
        <Button weight="quiet" className="as-link" onPress={() => setTyped(name)}>
          {t.changeName}
        </Button>
      </span>
    )
  return (
    <form onSubmit={submit} className="stack form">
      <TextField
        label={t.name}
        help={t.nameHelp}
        error={fieldText(save.error, '/name')}
        value={typed}
        onChange={setTyped}
        autoComplete="name"
        isRequired
        maxLength={200}
        autoFocus
      />
      {fieldText(save.error, '/name') === undefined ? <Trouble error={save.error} /> : null}
      <div className="actions">
        <Button
          onPress={() => {
            save.reset()
            setTyped(null)
          }}
        >
          {common.back}
        </Button>
        <Button type="submit" weight="primary" isPending={save.isPending}>
          {common.save}
        </Button>
      </div>
    </form>
  )
}

/** Who the person is, and for whom he acts. */
export default function ProfilePage() {
  const me = useMe()
  return (
    <Page title={t.pages.profile}>
      {me.altered ? <Note tone="bad">{common.altered}</Note> : null}
      <Card>
        <Facts
          of={[
            [t.name, me.name === null ? common.erased : <Name key="name" name={me.name} />],
            [
              t.mobile,
              <span key="mobile" className="row">
                {me.mobile ? <Ltr>{me.mobile}</Ltr> : common.notSet} <Link to="/account/mobile">{t.change}</Link>
              </span>,
            ],
            [t.email, me.email ? <Ltr key="email">{me.email}</Ltr> : undefined],
            [
              t.level,
              <Link key="level" to="/account/identity">
                {levelWords[me.level].name}
              </Link>,
            ],
            [t.id, <Code key="id">{me.id}</Code>],
            [t.licensee, me.operatorRole ? roleName(me.operatorRole) : undefined],
          ]}
        />
        {me.email ? <p className="faint">{t.emailWhy}</p> : null}
      </Card>
      <Card title={t.acts}>
        {me.tenants.length === 0 ? (
          <p className="faint">{t.none}</p>
        ) : (
          <Table
            label={t.acts}
            rows={me.tenants}
            keyOf={({ id }) => id}
            columns={[
              {
                name: t.account,
                kind: 'head',
                of: ({ id, name }) => (
                  <Link to="/t/$tenantId/$mode" params={{ tenantId: id, mode: 'test' }}>
                    <Words>{name}</Words>
                  </Link>
                ),
              },
              { name: t.role, of: ({ role }) => roleName(role) },
              { name: t.status, of: ({ status }) => <Status status={status} /> },
            ]}
          />
        )}
      </Card>
      <MakeTenant />
    </Page>
  )
}
