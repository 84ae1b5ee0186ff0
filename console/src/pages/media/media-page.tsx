import { useState } from 'react'
import type { components } from '../../../generated/api.d.ts'
import { unwrap } from '../../api/unwrap.ts'
import { useAct } from '../../app/act.tsx'
import { FileOf } from '../../app/media/file.tsx'
import { useTenantTab } from '../../app/tab.tsx'
import { ConfirmRemoval } from '../../app/tenant/removal.tsx'
import { Button } from '../../parts/button.tsx'
import { Download } from '../../parts/csv/download.tsx'
import { Empty, Note } from '../../parts/feedback.tsx'
import { List, useList } from '../../parts/list.tsx'
import { Page } from '../../parts/page.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { Code, Ltr, Time, Words } from '../../parts/text.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { t as common } from '../../words/common.ts'
import { size } from '../../words/format.ts'
import '../../styles/media.css'
import { t } from './words.ts'

type Media = components['schemas']['Media']

/** Uploads a file as it is. */
function Upload() {
  const { api, key } = useTenantTab()
  const upload = useAct(
    (file: File) =>
      unwrap(
        api.POST('/v1/media', {
          params: { query: { name: file.name } },
          // The cast: the body is the file itself, of one of the types that the document names.
          body: file as never,
          headers: { 'content-type': file.type || 'application/octet-stream' },
          bodySerializer: (body: unknown) => body as Blob,
        }),
      ),
    { changes: [[key, 'media']] },
  )
  return (
    <div className="upload">
      <label className="button" data-weight="primary" data-pending={upload.isPending || undefined}>
        {t.upload}
        <input
          type="file"
          className="visually-hidden"
          disabled={upload.isPending}
          onChange={(event) => {
            const [file] = event.target.files ?? []
            if (file) upload.mutate(file)
            event.target.value = ''
          }}
        />
      </label>
      {upload.data ? (
        <p role="status">
          {t.uploaded} <Code>{upload.data.id}</Code>
        </p>
      ) : null}
      <Trouble error={upload.error} />
    </div>
  )
}

/** Deletes a file, after it was asked once more. */
function Remove({ of: { id, name } }: { of: Media }) {
  const { api } = useTenantTab()
  const [isAsking, setAsking] = useState(false)
  return (
    <>
      <Button weight="danger" onPress={() => setAsking(true)}>
        {common.delete}
      </Button>
      {isAsking ? (
        <ConfirmRemoval
          title={t.removeTitle}
          what={name ? <Words>{name}</Words> : <Code>{id}</Code>}
          why={t.removeWhy}
          action={t.remove}
          call={() => unwrap(api.DELETE('/v1/media/{id}', { params: { path: { id } } }))}
          changes={['media']}
          onClose={() => setAsking(false)}
        />
      ) : null}
    </>
  )
}

function Files() {
  const { api, key, can } = useTenantTab()
  const list = useList<Media, components['schemas']['MediaPage']>([key, 'media'], (cursor, limit = 20) =>
    unwrap(api.GET('/v1/media', { params: { query: { limit, ...(cursor ? { cursor } : {}) } } })),
  )
  const columns: readonly Column<Media>[] = [
    {
      name: t.file,
      kind: 'head',
      of: ({ id, name }) => (
        <span className="file-name">
          <Words>{name ?? t.nameless}</Words> <Ltr className="code faint">{id}</Ltr>
        </span>
      ),
    },
    { name: t.type, of: ({ type }) => <Ltr>{type}</Ltr> },
    { name: t.size, align: 'end', of: ({ bytes }) => size(bytes) },
    { name: t.when, of: ({ createdAt }) => <Time at={createdAt} /> },
    {
      name: common.actions,
      of: (one) => (
        <span className="row">
          <FileOf id={one.id} name={one.name ?? undefined} type={one.type} isNamed={false} />
          {can('media:write') ? <Remove of={one} /> : null}
        </span>
      ),
    },
  ]
  return (
    <Page
      title={t.title}
      about={t.about}
      actions={
        <>
          <Download name="files" of={list} fields={['id', 'name', 'type', 'bytes', 'createdAt']} />
          {can('media:write') ? <Upload /> : null}
        </>
      }
    >
      <List list={list} empty={<Empty title={t.empty}>{t.emptyDo}</Empty>}>
        <Table label={t.title} columns={columns} rows={list.rows} keyOf={({ id }) => id} />
      </List>
    </Page>
  )
}

/** Files of the account. */
export default function MediaPage() {
  const { can } = useTenantTab()
  if (can('media:read')) return <Files />
  return (
    <Page title={t.title} about={t.about} actions={can('media:write') ? <Upload /> : null}>
      <Note>{common.noScope}</Note>
    </Page>
  )
}
