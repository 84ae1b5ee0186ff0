import { useQueries } from '@tanstack/react-query'
import { useState } from 'react'
import { type Content, type ContentFile, contentOf } from '../../api/content.ts'
import { unwrap } from '../../api/unwrap.ts'
import { FileOf } from '../../app/media/file.tsx'
import { useTenantTab } from '../../app/tab.tsx'
import { Button } from '../../parts/button.tsx'
import { MailFrame } from '../../parts/mail/frame.tsx'
import { Ltr, Words } from '../../parts/text.tsx'
import { t as common } from '../../words/common.ts'
import type { Message } from './conversations.ts'
import { t } from './words.ts'

/** Pictures of a mail that are shown in it: types that run nothing, and no larger than this. */
const PICTURE = /^image\/(png|jpeg|gif|webp)$/
const PICTURE_BYTES = 1_000_000
const MOST_PICTURES = 10

const dataOf = (blob: Blob): Promise<string> =>
  new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve(String(reader.result))
    reader.onerror = () => reject(new Error('the picture cannot be read'))
    reader.readAsDataURL(blob)
  })

/** Fetches the pictures that a mail shows by `cid:`, as `data:` addresses: its frame has no origin that could fetch them. */
function usePictures(files: readonly ContentFile[], isOn: boolean): ReadonlyMap<string, string> {
  const { api, key } = useTenantTab()
  const shown = files
    .filter(({ contentId, type = '', bytes = 0 }) => contentId && PICTURE.test(type) && bytes <= PICTURE_BYTES)
    .slice(0, MOST_PICTURES)
  return useQueries({
    queries: shown.map(({ media = '', type = '' }) => ({
      queryKey: [key, 'picture', media],
      enabled: isOn,
      staleTime: Number.POSITIVE_INFINITY,
      retry: false,
      queryFn: async () => {
        const call = api.GET('/v1/media/{id}/content', { params: { path: { id: media } }, parseAs: 'blob' })
        return dataOf(new Blob([(await unwrap(call)) as unknown as Blob], { type }))
      },
    })),
    combine: (found) =>
      new Map(
        found.flatMap(({ data }, at): [string, string][] => {
          const name = shown[at]?.contentId
          return data && name ? [[name, data]] : []
        }),
      ),
  })
}

/** A mail: its text, and its HTML only when somebody asks for it. */
function Mail({ content }: { content: Content }) {
  const [isDesigned, setDesigned] = useState(false)
  const { subject, text, html, attachments = [], automatic } = content
  const pictures = usePictures(attachments, isDesigned)
  const design = typeof html === 'string' ? html : null
  return (
    <>
      <strong>
        <Words>{subject || t.noWords}</Words>
      </strong>
      {automatic ? <p className="faint">{t.automatic}</p> : null}
      {design && isDesigned ? (
        <MailFrame html={design} pictures={pictures} />
      ) : typeof text === 'string' && text ? (
        <Words className="said-words">{text}</Words>
      ) : text && typeof text === 'object' ? (
        <>
          <p className="faint">{t.stored}</p>
          <FileOf id={text.media} />
        </>
      ) : (
        <p className="faint">{t.noText}</p>
      )}
      {design ? (
        <Button weight="quiet" onPress={() => setDesigned(!isDesigned)}>
          {isDesigned ? t.asText : t.designed}
        </Button>
      ) : null}
      {html && typeof html === 'object' ? <FileOf id={html.media} type="text/html" /> : null}
    </>
  )
}

/** Words of all channels but mail. */
function Plain({ content }: { content: Content }) {
  const { text, title, body, say, digits, reply, location, recording, template, unsupported, otp, play } = content
  const words =
    (typeof text === 'string' && text) || say?.text || body || (typeof digits === 'object' ? digits.code : otp?.code)
  return (
    <>
      {title ? (
        <strong>
          <Words>{title}</Words>
        </strong>
      ) : null}
      {words ? <Words className="said-words">{words}</Words> : null}
      {typeof digits === 'string' ? (
        <p>
          {t.pressed}: <Ltr className="code">{digits}</Ltr>
        </p>
      ) : null}
      {reply ? (
        <p className="faint">
          {t.button}: <bdi className="code">{reply}</bdi>
        </p>
      ) : null}
      {template ? <bdi className="code">{template.name}</bdi> : null}
      {play?.url ? <Ltr className="code">{play.url}</Ltr> : null}
      {location ? (
        <p>
          {t.place}: <Ltr className="code">{`${location.latitude}, ${location.longitude}`}</Ltr>
        </p>
      ) : null}
      {recording ? (
        <>
          <p>{t.recording}</p>
          {recording.media ? <FileOf id={recording.media} type={recording.type} bytes={recording.bytes} /> : null}
        </>
      ) : null}
      {unsupported ? (
        <p className="faint">
          {t.unsupported}: <bdi className="code">{unsupported}</bdi>
        </p>
      ) : null}
    </>
  )
}

/** Files that came with a message, or went with it. */
const Files = ({ content: { files = [], attachments = [], media, play } }: { content: Content }) => (
  <>
    {[...files, ...attachments, ...(media ? [media] : []), ...(play?.media ? [{ media: play.media }] : [])].map(
      (file) => {
        const id = file.id ?? file.media
        const { name, type, bytes } = file as ContentFile
        return id ? <FileOf key={id} id={id} name={name ?? undefined} type={type} bytes={bytes} /> : null
      },
    )}
  </>
)

/** What a message says, whatever its channel. */
export function Said({ message }: { message: Message }) {
  const content = contentOf(message.content)
  if (message.altered) return <p className="error">{common.altered}</p>
  if ('redacted' in message && message.redacted) return <p className="faint">{t.codeKept}</p>
  if (!content) return <p className="faint">{common.erased}</p>
  return (
    <>
      {message.channel === 'email' ? <Mail content={content} /> : <Plain content={content} />}
      <Files content={content} />
      {content.missing ? <p className="faint">{t.missing(content.missing)}</p> : null}
      {content.incomplete ? <p className="faint">{t.incomplete}</p> : null}
    </>
  )
}
