import { useState } from 'react'
import type { paths } from '../../../generated/api.d.ts'
import type { PackName } from '../../../generated/packs.ts'
import { unwrap } from '../../api/unwrap.ts'
import { Confirm } from '../../parts/dialog.tsx'
import { Note, Trouble } from '../../parts/feedback.tsx'
import { SelectField } from '../../parts/select-field.tsx'
import { Words } from '../../parts/text.tsx'
import { words } from '../../words/language.ts'
import { levelUnder, PACKS, packWords, sendsLive } from '../../words/packs.ts'
import { useAct } from '../act.tsx'
import { useTab } from '../tab.tsx'

const t = words(
  {
    title: 'Approve this account?',
    why: 'Live mode opens for it. You can suspend it later.',
    approve: 'Approve',
    pack: 'Rules that it keeps to',
  },
  {
    title: 'این حساب تأیید شود؟',
    why: 'حالت واقعی برایش باز می‌شود. بعداً می‌توانید معلقش کنید.',
    approve: 'تأیید',
    pack: 'قواعدی که رعایت می‌کند',
  },
)

type Tenant = paths['/admin/v1/tenants/{tenantId}']['get']['responses']['200']['content']['application/json']

interface ApproveProps {
  readonly tenant: Pick<Tenant, 'id' | 'name' | 'pack' | 'identityLevel'>
  readonly onDone: () => void
  readonly onClose: () => void
}

/**
 * Asks whether an account is approved, and by which market's rules it goes: they say what is sent live from then on, and what its
 * owner has to prove first. Other rules than it has are a change of the account before the approval.
 */
export function Approve({ tenant, onDone, onClose }: ApproveProps) {
  const { id, name, identityLevel } = tenant
  const { api, key } = useTab()
  const [pack, setPack] = useState<PackName>(tenant.pack)
  const params = { path: { tenantId: id } }
  const approve = useAct(
    async () => {
      if (pack !== tenant.pack) await unwrap(api.PATCH('/admin/v1/tenants/{tenantId}', { params, body: { pack } }))
      await unwrap(api.POST('/admin/v1/tenants/{tenantId}/approve', { params }))
    },
    {
      changes: [
        [key, 'tenants'],
        [key, 'tenant', id],
      ],
      onDone,
    },
  )
  return (
    <Confirm
      title={t.title}
      action={t.approve}
      weight="primary"
      isOpen
      isPending={approve.isPending}
      onClose={onClose}
      onConfirm={() => approve.mutate()}
    >
      <div className="stack">
        <p>
          <strong>
            <Words>{name}</Words>
          </strong>
        </p>
        <p>{t.why}</p>
        <SelectField<PackName>
          label={t.pack}
          help={packWords[pack].means}
          value={pack}
          onChange={setPack}
          options={PACKS}
        />
        <div role="status">
          <Note tone={sendsLive(pack, identityLevel) ? 'open' : 'warn'}>{levelUnder(pack, identityLevel)}</Note>
        </div>
        <Trouble error={approve.error} />
      </div>
    </Confirm>
  )
}
