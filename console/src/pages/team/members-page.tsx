import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Role } from '../../../generated/roles.ts'
import type { RowOf } from '../../api/answers.ts'
import { meQuery } from '../../api/queries.ts'
import { unwrap } from '../../api/unwrap.ts'
import { Anew, ChangeTrouble } from '../../app/changed/change-trouble.tsx'
import { useRecordChange } from '../../app/changed/record-change.ts'
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
import { fieldText } from '../../words/failures.ts'
import { num } from '../../words/format.ts'
import { levelWords } from '../../words/levels.ts'
import { roleName } from '../../words/roles.ts'
import { isRole, RoleField, rolesGivenBy } from './role-field.tsx'
import { TeamPage } from './team-page.tsx'
import { t } from './words.ts'

type Member = RowOf<'/v1/members'>

interface AboutMember {
  readonly of: Member
  readonly isLastOwner: boolean
  readonly onClose: () => void
}

function NewRole({ of, isLastOwner, onClose, onLoad }: AboutMember & { readonly onLoad: (now: Member) => void }) {
  const { api, key } = useTenantTab()
  const [role, setRole] = useState<Role>(isRole(of.role) ? of.role : 'viewer')
  const { save: change, newer } = useRecordChange<Member>({
    of,
    send: (_, base) =>
      unwrap(
        api.PATCH('/v1/members/{id}', {
          params: { path: { id: of.id } },
          body: { role, version: base?.version },
        }),
      ),
    read: async () => (await unwrap(api.GET('/v1/members'))).data.find(({ id }) => id === of.id) ?? null,
    changes: [[key, 'members']],
    onDone: onClose,
  })
  return (
    <>
      <p>
        <Words>{of.name}</Words>
      </p>
      {isLastOwner ? (
        <Note tone="warn">{t.lastOwner}</Note>
      ) : (
        <>
          <RoleField value={role} onChange={setRole} error={fieldText(change.error, '/role')} />
          <ChangeTrouble
            error={change.error}
            newer={newer}
            differences={(now) => [{ name: t.role, typed: roleName(role), now: roleName(now.role) }]}
            onLoad={onLoad}
          />
        </>
      )}
      <div className="actions">
        <Button onPress={onClose}>{isLastOwner ? common.close : common.back}</Button>
        {isLastOwner ? null : (
          <Button
            weight="primary"
            isPending={change.isPending}
            isDisabled={role === (newer?.record ?? of).role}
            onPress={() => change.mutate()}
          >
            {t.changeDo}
          </Button>
        )}
      </div>
    </>
  )
}

/** Gives a member another role. */
const ChangeRole = (about: AboutMember) => (
  <Dialog title={t.changeTitle} isOpen onClose={about.onClose}>
    <Anew of={about.of}>{(of, onLoad) => <NewRole {...about} of={of} onLoad={onLoad} />}</Anew>
  </Dialog>
)

/** Asks before a member is removed, and says which of his programs stop. */
function Remove({ of, isLastOwner, onClose }: AboutMember) {
  const { api } = useTenantTab()
  const count = useKeysOf()(of.id)
  if (isLastOwner)
    return (
      <Dialog title={t.removeTitle} isOpen onClose={onClose}>
        <Note tone="warn">{t.lastOwner}</Note>
        <div className="actions">
          <Button onPress={onClose}>{common.close}</Button>
        </div>
      </Dialog>
    )
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
  const Asked = asked?.what === 'role' ? ChangeRole : Remove
  return (
    <>
      <Table label={t.title} columns={columns} rows={people} keyOf={({ id }) => id} />
      {asked ? (
        <Asked of={asked.of} isLastOwner={asked.of.role === 'owner' && owners === 1} onClose={() => setAsked(null)} />
      ) : null}
    </>
  )
}

function Team() {
  const { tenantId, mode, can } = useTenantTab()
  const members = useMembers()
  const invite = can('people:write') ? (
    <Link to="/t/$tenantId/$mode/team/invite" params={{ tenantId, mode }} weight="primary">
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
