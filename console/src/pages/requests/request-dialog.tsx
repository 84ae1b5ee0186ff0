import type { RowOf } from '../../api/answers.ts'
import { Failure } from '../../api/problem.ts'
import { useTenantTab } from '../../app/tab.tsx'
import { Who } from '../../app/tenant/who.tsx'
import { Button, Link } from '../../parts/button.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { Note } from '../../parts/feedback.tsx'
import { Facts } from '../../parts/page.tsx'
import { Code, Time } from '../../parts/text.tsx'
import { t as common } from '../../words/common.ts'
import { failureText } from '../../words/failures.ts'
import { num } from '../../words/format.ts'
import { roleName } from '../../words/roles.ts'
import { t, whatOf } from './words.ts'

export type Call = RowOf<'/v1/requests'>

/** Pages that show an object of the log, by how its id begins. */
const PAGES: Readonly<Record<string, string>> = {
  msg: 'messages',
  whe: 'developers/webhooks',
  bat: 'batches',
  ver: 'verifications',
}

/** An object's id, with the way to its page where there is one. */
function ObjectLink({ id }: { id: string }) {
  const { tenantId, mode } = useTenantTab()
  const page = PAGES[id.slice(0, 3)]
  const to: string = `/t/${tenantId}/${mode}/${page}/${id}`
  return page ? (
    <Link to={to}>
      <Code>{id}</Code>
    </Link>
  ) : (
    <Code>{id}</Code>
  )
}

/** All that is kept of one call. */
export function RequestDialog({ of, onClose }: { of: Call; onClose: () => void }) {
  return (
    <Dialog title={whatOf(of.method, of.route) ?? t.one} isOpen onClose={onClose}>
      {of.altered ? <Note tone="bad">{common.altered}</Note> : null}
      {of.problem ? (
        <Note tone="bad">
          <p>{failureText(new Failure(of.problem as Failure['code']))}</p>
          <p>
            <Code>{of.problem}</Code>
          </p>
        </Note>
      ) : null}
      <Facts
        of={[
          [t.status, <Code key="status">{of.status}</Code>],
          [t.at, <Time key="at" at={of.at} exact />],
          [
            t.route,
            <Code key="route">
              {of.method} {of.route}
            </Code>,
          ],
          [t.who, <Who key="who" id={of.actor} ofNobody={t.nobody} />],
          [t.role, of.role ? roleName(of.role) : undefined],
          [t.ip, of.ip ? <Code key="ip">{of.ip}</Code> : undefined],
          [t.country, of.country ? <Code key="country">{of.country}</Code> : undefined],
          [t.network, of.asn ? <Code key="asn">AS{of.asn}</Code> : undefined],
          [t.count, of.count > 1 ? t.times(num(of.count)) : undefined],
          [t.object, of.object ? <ObjectLink key="object" id={of.object} /> : undefined],
          [t.parent, of.parent ? <ObjectLink key="parent" id={of.parent} /> : undefined],
          [t.fields, of.fields?.length ? <Code key="fields">{of.fields.join(', ')}</Code> : undefined],
          [t.id, <Code key="id">{of.id}</Code>],
          [t.ray, of.ray ? <Code key="ray">{of.ray}</Code> : undefined],
        ]}
      />
      <div className="actions">
        <Button onPress={onClose}>{common.close}</Button>
      </div>
    </Dialog>
  )
}
