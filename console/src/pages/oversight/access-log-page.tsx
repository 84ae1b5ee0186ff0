import { type FormEvent, useState } from 'react'
import type { paths } from '../../../generated/api.d.ts'
import { unwrap } from '../../api/unwrap.ts'
import { useTab } from '../../app/tab.tsx'
import { Button } from '../../parts/button.tsx'
import { Download } from '../../parts/csv/download.tsx'
import { Empty } from '../../parts/feedback.tsx'
import { TextField } from '../../parts/field.tsx'
import { List, useList } from '../../parts/list.tsx'
import { Card, Page } from '../../parts/page.tsx'
import { SelectField } from '../../parts/select-field.tsx'
import { Badge } from '../../parts/status.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { Code, Ltr, Time } from '../../parts/text.tsx'
import { digits } from '../../words/format.ts'
import { accessLogRoute, LOOKS, type Look } from './routes.ts'
import { t } from './words.ts'

type Log = paths['/admin/v1/requests']['get']['responses'][200]['content']['application/json']
type Row = Log['data'][number]

const HELP: Readonly<Record<Look, string>> = {
  tenantId: t.tenantIdHelp,
  ip: t.ipHelp,
  person: t.personHelp,
  object: t.objectHelp,
}

const toneOfAnswer = (status: number) => (status < 400 ? 'good' : status < 500 ? 'warn' : 'bad')

/** A state before or after a change, as the log keeps it. */
const Kept = ({ name, state }: { name: string; state: unknown }) =>
  state === null || state === undefined ? null : (
    <details>
      <summary>{name}</summary>
      <pre className="kept" dir="ltr">
        {JSON.stringify(state, null, 2)}
      </pre>
    </details>
  )

const COLUMNS: readonly Column<Row>[] = [
  { name: t.at, kind: 'head', of: ({ at }) => <Time at={at} exact /> },
  {
    name: t.who,
    of: ({ actor, role }) => (
      <span>
        {actor ? <Code>{actor}</Code> : t.nobody} {role ? <Ltr className="faint">{role}</Ltr> : null}
      </span>
    ),
  },
  {
    name: t.call,
    of: ({ method, route, count }) => (
      <span>
        <Code>
          {method} {route}
        </Code>{' '}
        {count > 1 ? <span className="faint">{t.times(count)}</span> : null}
      </span>
    ),
  },
  {
    name: t.answer,
    of: ({ status, problem }) => (
      <span className="row">
        <Badge tone={toneOfAnswer(status)}>{digits(String(status))}</Badge>
        {problem ? <Code>{problem}</Code> : null}
      </span>
    ),
  },
  {
    name: t.from,
    of: ({ ip, country }) => (
      <Ltr>
        {ip || '—'} {country ?? ''}
      </Ltr>
    ),
  },
  {
    name: t.what,
    kind: 'wide',
    of: ({ object, fields, reason, approval, before, after }) => (
      <div>
        {object ? <Code>{object}</Code> : null}
        {fields?.length ? (
          <p className="faint">
            {t.changed}: <Code>{fields.join(', ')}</Code>
          </p>
        ) : null}
        {reason ? (
          <p dir="auto" className="faint">
            {t.reason}: {reason}
          </p>
        ) : null}
        {approval ? (
          <p className="faint">
            {t.approval}: <Code>{approval}</Code>
          </p>
        ) : null}
        <Kept name={t.before} state={before} />
        <Kept name={t.after} state={after} />
      </div>
    ),
  },
]

function Found({ by, of, reason }: { by: Look; of: string; reason: string }) {
  const { api, key } = useTab()
  const list = useList<Row, Log>([key, 'access-log', by, of], (cursor, limit = 50) =>
    unwrap(
      api.GET('/admin/v1/requests', {
        params: { query: { [by]: of, limit, ...(reason ? { reason } : {}), ...(cursor ? { cursor } : {}) } },
      }),
    ),
  )
  return (
    <Card
      title={t.logTitle}
      actions={
        <Download
          name="access-log"
          of={list}
          fields={[
            'at',
            'id',
            'tenantId',
            'actor',
            'role',
            'ip',
            'country',
            'method',
            'route',
            { field: 'httpStatus', of: ({ status }) => status },
            'count',
            'object',
            'problem',
            'fields',
            'reason',
            'approval',
          ]}
        />
      }
    >
      <List list={list} empty={<Empty title={t.noRows} />}>
        <Table label={t.logTitle} columns={COLUMNS} rows={list.rows} keyOf={({ id }) => id} />
      </List>
    </Card>
  )
}

/** The access log, by one account, address, person or thing at a time. */
export default function AccessLogPage() {
  const { by = 'tenantId', of } = accessLogRoute.useSearch()
  const navigate = accessLogRoute.useNavigate()
  const [look, setLook] = useState<Look>(by)
  const [value, setValue] = useState(of ?? '')
  const [reason, setReason] = useState('')
  const ask = (event: FormEvent): void => {
    event.preventDefault()
    void navigate({ search: { by: look, of: value.trim() } })
  }
  return (
    <Page title={t.logTitle} about={t.logAbout}>
      <Card>
        <form onSubmit={ask} className="grid">
          <SelectField
            label={t.by}
            options={LOOKS.map((id) => ({ id, name: t[id] }))}
            value={look}
            onChange={setLook}
          />
          <TextField
            label={t.of}
            help={HELP[look]}
            value={value}
            onChange={setValue}
            isRequired={look !== 'tenantId'}
            ltr
          />
          <TextField label={t.reason} help={t.reasonHelp} value={reason} onChange={setReason} />
          <div className="actions">
            <Button type="submit" weight="primary">
              {t.look}
            </Button>
          </div>
        </form>
      </Card>
      {of === undefined ? null : <Found key={`${by} ${of}`} by={by} of={of} reason={reason} />}
    </Page>
  )
}
