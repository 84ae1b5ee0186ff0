import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { components } from '../../../generated/api.d.ts'
import { auth } from '../../api/auth.ts'
import { forgetPerson } from '../../api/leave.ts'
import { forgetTokens } from '../../api/tab-token.ts'
import { unwrap } from '../../api/unwrap.ts'
import { useAct } from '../../app/act.tsx'
import { Button } from '../../parts/button.tsx'
import { Download } from '../../parts/csv/download.tsx'
import { Confirm } from '../../parts/dialog.tsx'
import { Loading, Trouble } from '../../parts/feedback.tsx'
import { Page } from '../../parts/page.tsx'
import { Badge } from '../../parts/status.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { Code, Time, Words } from '../../parts/text.tsx'
import { t as common } from '../../words/common.ts'
import { countryName } from '../../words/countries.ts'
import { t } from './words.ts'

type SignIn = components['schemas']['SignIn']

const KEY = ['sign-ins']

const endOne = (id: string): Promise<unknown> =>
  unwrap(auth.DELETE('/v1/auth/sign-ins/{id}', { params: { path: { id } } }))

/** A browser as the API names it, `Firefox on Linux`: the names as they are, and between them a word of the page's language. */
function Browser({ of }: { of: string | null }) {
  const [name, system] = (of ?? t.unknown).split(' on ')
  return (
    <span>
      <Words>{name}</Words>
      {system ? (
        <>
          {' '}
          {t.onSystem} <Words>{system}</Words>
        </>
      ) : null}
    </span>
  )
}

const columnsOf = (end: (signIn: SignIn) => void, isPending: boolean): readonly Column<SignIn>[] => [
  {
    name: t.browser,
    kind: 'head',
    of: ({ browser, isCurrent }) => (
      <span className="row">
        <Browser of={browser} /> {isCurrent ? <Badge tone="good">{t.thisOne}</Badge> : null}
      </span>
    ),
  },
  {
    name: t.place,
    of: ({ ip, country }) => (
      <>
        {country ? countryName(country) : ''} <Code>{ip ?? '—'}</Code>
      </>
    ),
  },
  { name: t.how, of: ({ method }) => t.methods[method] },
  { name: t.since, of: ({ createdAt }) => <Time at={createdAt} /> },
  { name: t.seen, of: ({ seenAt }) => <Time at={seenAt} /> },
  { name: t.ends, of: ({ endsAt }) => <Time at={endsAt} /> },
  {
    name: common.actions,
    of: (signIn) => (
      <Button weight="danger" isDisabled={isPending} onPress={() => end(signIn)}>
        {signIn.isCurrent ? t.endThis : t.end}
      </Button>
    ),
  },
]

/** Where the person is signed in. */
export default function SignInsPage() {
  const navigate = useNavigate()
  const [isAsking, setAsking] = useState(false)
  const list = useQuery({ queryKey: KEY, queryFn: () => unwrap(auth.GET('/v1/auth/sign-ins')) })
  const signIns = list.data?.data ?? []
  const others = signIns.filter(({ isCurrent }) => !isCurrent)
  const end = useAct(
    async (which: readonly SignIn[]) => {
      for (const { id } of which) await endOne(id)
      return which
    },
    {
      changes: [KEY],
      onDone: (which) => {
        setAsking(false)
        // All tokens end with any sign-in: this tab gets new ones.
        forgetTokens()
        if (!which.some(({ isCurrent }) => isCurrent)) return
        forgetPerson()
        void navigate({ to: '/' })
      },
    },
  )
  return (
    <Page
      title={t.pages.signIns}
      about={t.signInsAbout}
      actions={
        <>
          {signIns.length > 0 ? (
            <Download
              name="sign-ins"
              of={signIns}
              fields={['id', 'browser', 'ip', 'country', 'method', 'isCurrent', 'createdAt', 'seenAt']}
            />
          ) : null}
          {others.length > 0 ? <Button onPress={() => setAsking(true)}>{t.endOthers(others.length)}</Button> : null}
        </>
      }
    >
      {list.isPending ? <Loading /> : null}
      <Trouble error={list.error} onRetry={() => void list.refetch()} />
      <Trouble error={end.error} />
      {signIns.length > 0 ? (
        <Table
          label={t.pages.signIns}
          rows={signIns}
          keyOf={({ id }) => id}
          columns={columnsOf((signIn) => end.mutate([signIn]), end.isPending)}
        />
      ) : null}
      <Confirm
        title={t.endOthersTitle}
        action={t.endOthers(others.length)}
        isOpen={isAsking}
        isPending={end.isPending}
        onClose={() => setAsking(false)}
        onConfirm={() => end.mutate(others)}
      >
        {t.endOthersWhy}
      </Confirm>
    </Page>
  )
}
