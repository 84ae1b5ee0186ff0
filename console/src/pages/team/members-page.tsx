import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Role } from '../../../generated/roles.ts'
import type { RowOf } from '../../api/answers.ts'
import { meQuery } from '../../api/queries.ts'
import { unwrap } from '../../api/unwrap.ts'
import { RoleDialog } from '../../app/people/role-dialog.tsx'
import { useTenantTab } from '../../app/tab.tsx'
import { Allowed } from '../../app/tenant/allowed.tsx'
import { ConfirmRemoval } from '../../app/tenant/removal.tsx'
import { useKeys, useMembers, Who } from '../../app/tenant/who.tsx'
import { Button, Link } from '../../parts/button.tsx'
import { Download } from '../../parts/csv/download.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { Loading, Note, Trouble } from '../../parts/feedback.tsx'
import { Badge } from '../../parts/status.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { Ltr, Time, Words } from '../../parts/text.tsx'
import { t as common } from '../../words/common.ts'
import { num } from '../../words/format.ts'
import { levelWords } from '../../words/levels.ts'
import { roleName } from '../../words/roles.ts'
import { isRole, RoleField, rolesGivenBy } from './role-field.tsx'
import { TeamPage } from './team-page.tsx'
import { t } from './words.ts'

type Member = RowOf<'/v1/members'>

interface AboutMember {
  readonly of: Member
  readonly onClose: () => void
}

/** Says why the only owner stays one. */
const OnlyOwner = ({ of, onClose }: AboutMember) => (
  <Dialog title={t.onlyOwner} isOpen onClose={onClose}>
    <strong>
      <Words>{of.name}</Words>
    </strong>
    <Note tone="warn">{t.onlyOwnerWhy}</Note>
    <div className="actions">
      <Button onPress={onClose}>{common.close}</Button>
    </div>
  </Dialog>
)

/** Gives a member another role. */
function ChangeRole({ of, onClose }: AboutMember) {
  const { api } = useTenantTab()
  const params = { path: { id: of.id } }
  return (
    <RoleDialog<Member, Role>
      of={of}
      roleOf={({ role }) => (isRole(role) ? role : 'viewer')}
      field={(role, onChange, error) => <RoleField value={role} onChange={onChange} error={error} />}
      send={(role, base) => unwrap(api.PATCH('/v1/members/{id}', { params, body: { role, version: base?.version } }))}
      read={async () => (await unwrap(api.GET('/v1/members'))).data}
      list="members"
      onClose={onClose}
    />
  )
}

/** Asks before a member is removed, and says which of his programs stop. */
function Remove({ of, onClose }: AboutMember) {
  const { api } = useTenantTab()
  const count = useKeysOf()(of.id)
  return (
    <ConfirmRemoval
      title={t.removeTitle}
      what={<Words>{of.name}</Words>}
      why={t.removeWhy}
      action={t.removeDo}
      call={() => unwrap(api.DELETE('/v1/members/{id}', { params: { path: { id: of.id } } }))}
      changes={['members', 'keys']}
      onClose={onClose}
    >
      {count > 0 ? <Note tone="warn">{t.removeKeys(num(count))}</Note> : null}
    </ConfirmRemoval>
  )
}

/** Counts the keys in force that a person made. */
function useKeysOf(): (id: string) => number {
  const keys = useKeys().data?.data ?? []
  return (id) => keys.filter(({ madeBy, status }) => madeBy === id && status === 'active').length
}

const contact: readonly Column<Member>[] = [
  { name: t.mobile, of: ({ mobile }) => (mobile ? <Ltr>{mobile}</Ltr> : '—') },
  { name: t.email, of: ({ email }) => (email ? <Ltr>{email}</Ltr> : '—') },
]

function useColumns(acts: Column<Member>): readonly Column<Member>[] {
  const { can } = useTenantTab()
  const me = useQuery(meQuery).data
  const keysOf = useKeysOf()
  return [
    {
      name: t.name,
      kind: 'head',
      of: ({ id, name, altered }) => (
        <span>
          <Words>{name ?? common.erased}</Words> {id === me?.id ? <span className="faint">({t.you})</span> : null}{' '}
          {altered ? <Badge tone="bad">{common.altered}</Badge> : null}
        </span>
      ),
    },
    { name: t.role, of: ({ role }) => roleName(role) },
    ...contact,
    { name: t.level, of: ({ identityLevel }) => levelWords[identityLevel].name },
    ...(can('keys:read')
      ? [{ name: t.keys, align: 'end', of: ({ id }: Member) => num(keysOf(id)) } satisfies Column<Member>]
      : []),
    { name: t.joined, of: ({ joinedAt }) => <Time at={joinedAt} /> },
    { name: t.by, of: ({ madeBy }) => <Who id={madeBy} ofNobody={t.byNobody} /> },
    ...(can('people:write') ? [acts] : []),
  ]
}

/** The people, with what the one who looks may do to them. */
function People({ people }: { people: readonly Member[] }) {
  const { role: own } = useTenantTab()
  const [asked, setAsked] = useState<{ readonly what: 'role' | 'remove'; readonly of: Member } | null>(null)
  const given: readonly string[] = rolesGivenBy(own)
  const owners = people.filter(({ role }) => role === 'owner').length
  const columns = useColumns({
    name: common.actions,
    of: (member) =>
      given.includes(member.role) ? (
        <span className="row">
          <Button weight="quiet" className="in-row" onPress={() => setAsked({ what: 'role', of: member })}>
            {t.change}
          </Button>
          <Button weight="danger" className="in-row" onPress={() => setAsked({ what: 'remove', of: member })}>
            {t.remove}
          </Button>
        </span>
      ) : null,
  })
  const isOnlyOwner = asked?.of.role === 'owner' && owners === 1
  const Asked = isOnlyOwner ? OnlyOwner : asked?.what === 'role' ? ChangeRole : Remove
  return (
    <>
      <Table label={t.title} columns={columns} rows={people} keyOf={({ id }) => id} />
      {asked ? <Asked of={asked.of} onClose={() => setAsked(null)} /> : null}
    </>
  )
}

function Team() {
  const { tenantId, mode, can } = useTenantTab()
  const members = useMembers()
  const invite = can('people:write') ? (
    <Link to="/t/$tenantId/$mode/team/invitations/new" params={{ tenantId, mode }} weight="primary">
      {t.invite}
    </Link>
  ) : null
  return (
    <TeamPage
      title={t.title}
      about={t.about}
      actions={
        <>
          {members.data ? (
            <Download
              name="team"
              of={members.data.data}
              fields={['id', 'name', 'role', 'mobile', 'email', 'identityLevel', 'joinedAt', 'madeBy']}
            />
          ) : null}
          {invite}
        </>
      }
    >
      {members.isPending ? <Loading /> : null}
      <Trouble error={members.error} onRetry={() => void members.refetch()} />
      {members.data ? <People people={members.data.data} /> : null}
    </TeamPage>
  )
}

/** The people of the account. */
export default function MembersPage() {
  return (
    <Allowed scope="people:read" title={t.title}>
      <Team />
    </Allowed>
  )
}
