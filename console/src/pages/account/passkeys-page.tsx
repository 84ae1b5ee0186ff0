import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { components } from '../../../generated/api.d.ts'
import { auth } from '../../api/auth.ts'
import { addPasskey, hasPasskeys } from '../../api/passkeys.ts'
import { Failure } from '../../api/problem.ts'
import { unwrap } from '../../api/unwrap.ts'
import { useAct } from '../../app/act.tsx'
import { PasskeyTrouble } from '../../app/entry/passkey-trouble.tsx'
import { Button } from '../../parts/button.tsx'
import { Confirm, Dialog } from '../../parts/dialog.tsx'
import { Empty, Loading, Note, Trouble } from '../../parts/feedback.tsx'
import { TextField } from '../../parts/field.tsx'
import { Card, Facts, Page } from '../../parts/page.tsx'
import { Badge, Status } from '../../parts/status.tsx'
import { Time, Words } from '../../parts/text.tsx'
import { t as common } from '../../words/common.ts'
import { t } from './words.ts'

type Passkey = components['schemas']['Passkey']

const MOST = 20
const KEY = ['passkeys']

/** Names this device by its system, as the browser says it; empty: the person names it. */
const deviceName = (): string =>
  /iPhone|iPad|Android|Windows|Macintosh|Linux/.exec(navigator.userAgent)?.[0].replace('Macintosh', 'Mac') ?? ''

function AddPasskey() {
  const [name, setName] = useState(deviceName)
  const add = useAct(() => addPasskey(name), { changes: [KEY], onDone: () => setName('') })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    add.mutate()
  }
  return (
    <Card title={t.addTitle}>
      <form onSubmit={submit} className="stack form">
        <TextField label={t.addName} help={t.addNameHelp} value={name} onChange={setName} isRequired maxLength={200} />
        <PasskeyTrouble error={add.error} />
        <div>
          <Button type="submit" weight="primary" isPending={add.isPending}>
            {t.add}
          </Button>
        </div>
      </form>
    </Card>
  )
}

function Rename({ passkey, onClose }: { passkey: Passkey; onClose: () => void }) {
  const [name, setName] = useState(passkey.name ?? '')
  const rename = useAct(
    () => unwrap(auth.PATCH('/v1/auth/passkeys/{id}', { params: { path: { id: passkey.id } }, body: { name } })),
    { changes: [KEY], onDone: onClose },
  )
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    rename.mutate()
  }
  return (
    <Dialog title={t.rename} isOpen onClose={onClose}>
      <form onSubmit={submit} className="stack">
        <TextField label={t.addName} value={name} onChange={setName} isRequired maxLength={200} autoFocus />
        <Trouble error={rename.error} />
        <div className="actions">
          <Button onPress={onClose}>{common.back}</Button>
          <Button type="submit" weight="primary" isPending={rename.isPending}>
            {common.save}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

function Remove({ passkey, isLast, onClose }: { passkey: Passkey; isLast: boolean; onClose: () => void }) {
  const remove = useAct(() => unwrap(auth.DELETE('/v1/auth/passkeys/{id}', { params: { path: { id: passkey.id } } })), {
    changes: [KEY],
    onDone: onClose,
  })
  const isKept = remove.error instanceof Failure && remove.error.code === 'conflict'
  return (
    <Confirm
      title={t.removeTitle}
      action={t.remove}
      isOpen
      isPending={remove.isPending}
      onClose={onClose}
      onConfirm={() => remove.mutate()}
    >
      <div className="stack">
        <p>
          <strong>
            <Words>{passkey.name ?? ''}</Words>
          </strong>
        </p>
        <p>{t.removeWhy}</p>
        {isLast ? <p>{t.removeLast}</p> : null}
        {isKept ? <Note tone="bad">{t.removeRefused}</Note> : <Trouble error={remove.error} />}
      </div>
    </Confirm>
  )
}

function PasskeyCard({ passkey, isLast }: { passkey: Passkey; isLast: boolean }) {
  const [open, setOpen] = useState<'rename' | 'remove' | null>(null)
  return (
    <section className="card">
      <header>
        <h2>
          <Words>{passkey.name ?? common.erased}</Words>
        </h2>
        <div className="actions">
          <Button weight="quiet" onPress={() => setOpen('rename')}>
            {t.rename}
          </Button>
          <Button weight="danger" onPress={() => setOpen('remove')}>
            {t.remove}
          </Button>
        </div>
      </header>
      {passkey.altered ? <Note tone="bad">{common.altered}</Note> : null}
      {passkey.status === 'refused' ? (
        <Note tone="bad">
          <Status status="refused" />
          {t.refusedWhy}
        </Note>
      ) : null}
      <Facts
        of={[
          [t.created, <Time key="created" at={passkey.createdAt} />],
          [t.used, passkey.lastUsedAt ? <Time key="used" at={passkey.lastUsedAt} /> : t.neverUsed],
          [
            t.place,
            <Badge key="synced" tone="quiet">
              {passkey.isSynced ? t.synced : t.thisDeviceOnly}
            </Badge>,
          ],
        ]}
      />
      {open === 'rename' ? <Rename passkey={passkey} onClose={() => setOpen(null)} /> : null}
      {open === 'remove' ? <Remove passkey={passkey} isLast={isLast} onClose={() => setOpen(null)} /> : null}
    </section>
  )
}

/** Passkeys of the person: what he has, and a further one. */
export default function PasskeysPage() {
  const list = useQuery({ queryKey: KEY, queryFn: () => unwrap(auth.GET('/v1/auth/passkeys')) })
  const passkeys = list.data?.data ?? []
  return (
    <Page title={t.pages.passkeys} about={t.passkeysAbout}>
      {list.isPending ? <Loading /> : null}
      <Trouble error={list.error} onRetry={() => void list.refetch()} />
      {list.data && passkeys.length === 0 ? <Empty title={t.noPasskeys}>{t.noPasskeysWhy}</Empty> : null}
      {passkeys.map((passkey) => (
        <PasskeyCard key={passkey.id} passkey={passkey} isLast={passkeys.length === 1} />
      ))}
      {!hasPasskeys() ? (
        <Note tone="warn">{t.unsupported}</Note>
      ) : passkeys.length >= MOST ? (
        <Note>{t.most}</Note>
      ) : list.data ? (
        <AddPasskey />
      ) : null}
    </Page>
  )
}
