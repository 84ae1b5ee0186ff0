import { type FormEvent, useState } from 'react'
import type { RowOf } from '../../api/answers.ts'
import { unwrap } from '../../api/unwrap.ts'
import { useAct } from '../../app/act.tsx'
import { useTenantTab } from '../../app/tab.tsx'
import { ConfirmRemoval } from '../../app/tenant/removal.tsx'
import { Button } from '../../parts/button.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { Trouble } from '../../parts/feedback.tsx'
import { TextField } from '../../parts/field.tsx'
import { Code } from '../../parts/text.tsx'
import { t as common } from '../../words/common.ts'
import { fieldText } from '../../words/failures.ts'
import { t } from './words.ts'

interface AboutDevice {
  readonly of: RowOf<'/v1/devices'>
  readonly onClose: () => void
}

/** Changes whose a device is, and its tags. */
export function EditDevice({ of, onClose }: AboutDevice) {
  const { api, key } = useTenantTab()
  const [user, setUser] = useState(of.user ?? '')
  const [tags, setTags] = useState(of.tags.join(', '))
  const change = useAct(
    () =>
      unwrap(
        api.PATCH('/v1/devices/{id}', {
          params: { path: { id: of.id } },
          body: {
            user: user.trim() || null,
            tags: tags
              .split(/[,،]/)
              .map((tag) => tag.trim())
              .filter(Boolean),
          },
        }),
      ),
    { changes: [[key, 'devices']], onDone: onClose },
  )
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    change.mutate()
  }
  return (
    <Dialog title={t.editTitle} isOpen onClose={onClose}>
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
        <Trouble error={change.error} />
        <div className="actions">
          <Button onPress={onClose}>{common.back}</Button>
          <Button type="submit" weight="primary" isPending={change.isPending}>
            {common.save}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

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
