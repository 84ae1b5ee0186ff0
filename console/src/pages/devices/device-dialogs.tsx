import { type FormEvent, useState } from 'react'
import type { RowOf } from '../../api/answers.ts'
import { unwrap } from '../../api/unwrap.ts'
import { Anew, ChangeTrouble } from '../../app/changed/change-trouble.tsx'
import { useRecordChange } from '../../app/changed/record-change.ts'
import { useTenantTab } from '../../app/tab.tsx'
import { ConfirmRemoval } from '../../app/tenant/removal.tsx'
import { Button } from '../../parts/button.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { TextField } from '../../parts/field.tsx'
import { Code } from '../../parts/text.tsx'
import { t as common } from '../../words/common.ts'
import { fieldText } from '../../words/failures.ts'
import { listed } from '../../words/format.ts'
import { t } from './words.ts'

type Device = RowOf<'/v1/devices'>

interface AboutDevice {
  readonly of: Device
  readonly onClose: () => void
}

function Edit({ of, onClose, onLoad }: AboutDevice & { readonly onLoad: (now: Device) => void }) {
  const { api, key } = useTenantTab()
  const [user, setUser] = useState(of.user ?? '')
  const [tags, setTags] = useState(of.tags.join(', '))
  const typed = {
    user: user.trim() || null,
    tags: tags
      .split(/[,،]/)
      .map((tag) => tag.trim())
      .filter(Boolean),
  }
  const params = { path: { id: of.id } }
  const { save: change, newer } = useRecordChange<Device>({
    of,
    send: (_, base) => unwrap(api.PATCH('/v1/devices/{id}', { params, body: { ...typed, version: base?.version } })),
    read: () => unwrap(api.GET('/v1/devices/{id}', { params })),
    changes: [[key, 'devices']],
    onDone: onClose,
  })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    change.mutate()
  }
  return (
    <form onSubmit={submit} className="stack">
      <Code>{of.id}</Code>
      <TextField
        label={t.user}
        help={t.userHelp}
        value={user}
        onChange={setUser}
        error={fieldText(change.error, '/user')}
      />
      <TextField
        label={t.tags}
        help={t.tagsHelp}
        value={tags}
        onChange={setTags}
        error={fieldText(change.error, '/tags')}
      />
      <ChangeTrouble
        error={change.error}
        newer={newer}
        differences={(now) => [
          { name: t.user, typed: typed.user ?? '', now: now.user ?? '' },
          { name: t.tags, typed: listed(typed.tags), now: listed(now.tags) },
        ]}
        onLoad={onLoad}
      />
      <div className="actions">
        <Button onPress={onClose}>{common.back}</Button>
        <Button type="submit" weight="primary" isPending={change.isPending}>
          {common.save}
        </Button>
      </div>
    </form>
  )
}

/** Changes whose a device is, and its tags. */
export const EditDevice = (about: AboutDevice) => (
  <Dialog title={t.editTitle} isOpen onClose={about.onClose}>
    <Anew of={about.of}>{(of, onLoad) => <Edit {...about} of={of} onLoad={onLoad} />}</Anew>
  </Dialog>
)

/** Asks before a device is removed. */
export function RemoveDevice({ of, onClose }: AboutDevice) {
  const { api } = useTenantTab()
  return (
    <ConfirmRemoval
      title={t.removeTitle}
      what={<Code>{of.id}</Code>}
      why={t.removeWhy}
      action={t.removeDo}
      call={() => unwrap(api.DELETE('/v1/devices/{id}', { params: { path: { id: of.id } } }))}
      changes={['devices']}
      onClose={onClose}
    />
  )
}
