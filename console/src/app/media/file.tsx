import '../../styles/file.css'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { Failure } from '../../api/problem.ts'
import { unwrap } from '../../api/unwrap.ts'
import { Button } from '../../parts/button.tsx'
import { Ltr, Words } from '../../parts/text.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { size } from '../../words/format.ts'
import { words } from '../../words/language.ts'
import { useTenantTab } from '../tab.tsx'

const t = words(
  { fetch: 'Open', save: 'Save', gone: 'The file no longer exists.', file: 'File' },
  { fetch: 'باز کردن فایل', save: 'ذخیره', gone: 'این فایل دیگر نیست.', file: 'فایل' },
)

interface FileProps {
  /** Id of the file (`med_…`). */
  readonly id: string
  readonly name?: string | undefined
  readonly type?: string | undefined
  readonly bytes?: number | undefined
  /** False where its name and kind stand beside it already. */
  readonly isNamed?: boolean
}

/** Types of pictures that a browser draws and that run nothing. */
const PICTURES = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp'])

/** Address of a blob for this page, given back when the part goes. */
function useAddress(blob: Blob | undefined, kind: string): string | undefined {
  const [address, setAddress] = useState<string>()
  useEffect(() => {
    if (!blob) return
    // Opened in a tab, the address is of our origin: what a page would be made of is only saved.
    const isShown = PICTURES.has(kind) || kind.startsWith('audio/')
    const made = URL.createObjectURL(blob.slice(0, blob.size, isShown ? kind : 'application/octet-stream'))
    setAddress(made)
    return () => URL.revokeObjectURL(made)
  }, [blob, kind])
  return address
}

/** A file of the account, fetched when asked for with the tab's token: pictures and sounds are shown, all can be saved. */
export function FileOf({ id, name, type, bytes, isNamed = true }: FileProps) {
  const { api, key } = useTenantTab()
  const [isWanted, setWanted] = useState(false)
  const file = useQuery({
    queryKey: [key, 'file', id],
    enabled: isWanted,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
    queryFn: async (): Promise<Blob> => {
      const call = api.GET('/v1/media/{id}/content', { params: { path: { id } }, parseAs: 'blob' })
      return (await unwrap(call)) as unknown as Blob
    },
  })
  const kind = type ?? file.data?.type ?? ''
  const address = useAddress(file.data, kind)
  const isGone = file.error instanceof Failure && (file.error.status === 404 || file.error.status === 410)
  return (
    <div className="file">
      <div className="row">
        {isNamed ? (
          <>
            <Words>{name ?? t.file}</Words>
            <span className="faint">
              <Ltr>{kind}</Ltr> {bytes === undefined ? null : size(bytes)}
            </span>
          </>
        ) : null}
        {address ? (
          <a className="link" href={address} download={name ?? id}>
            {t.save}
          </a>
        ) : isGone ? null : (
          <Button weight="quiet" isPending={file.isFetching} onPress={() => setWanted(true)}>
            {t.fetch}
          </Button>
        )}
      </div>
      {isGone ? <p className="faint">{t.gone}</p> : <Trouble error={file.error} />}
      {address && PICTURES.has(kind) ? <img src={address} alt={name ?? t.file} /> : null}
      {address && kind.startsWith('audio/') ? (
        // biome-ignore lint/a11y/useMediaCaption: what a person recorded comes without captions
        <audio controls src={address} />
      ) : null}
    </div>
  )
}
