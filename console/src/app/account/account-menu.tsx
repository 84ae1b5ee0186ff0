import { useNavigate } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { Button } from 'react-aria-components/Button'
import { Menu, MenuItem, MenuTrigger } from 'react-aria-components/Menu'
import { Popover } from 'react-aria-components/Popover'
import { signOut } from '../../api/leave.ts'
import type { Me } from '../../api/queries.ts'
import { Mark } from '../../parts/mark.tsx'
import { language, speak } from '../../words/language.ts'
import { useAct } from '../act.tsx'
import { chooseTheme, type Theme, theme } from '../theme.ts'
import { t } from '../words.ts'
import { AccountFace } from './account-face.tsx'

/** Chooses the theme, by turns. */
const THEMES: readonly (readonly [Theme, string])[] = [
  ['system', t.themeSystem],
  ['light', t.themeLight],
  ['dark', t.themeDark],
]

const loadStillIn = () => import('../still-in.tsx')
const StillIn = lazy(loadStillIn)

/** Fetches the window that says that a sign-out failed, which may be because nothing can be fetched then. */
const prepare = (): void => void loadStillIn().catch(() => undefined)

/** Menu of the person: account, language, colours, the way out. */
export default function AccountMenu({ me }: { me: Me }) {
  const navigate = useNavigate()
  const leave = useAct(signOut, { onDone: () => void navigate({ to: '/' }) })
  const act = async (key: string): Promise<void> => {
    const chosen = THEMES.find(([name]) => name === key)
    if (chosen) chooseTheme(chosen[0])
    else if (key === 'language') speak(language === 'fa' ? 'en' : 'fa')
    else if (key === 'account') await navigate({ href: '/account' })
    else if (key === 'sign-out') leave.mutate()
  }
  const now = theme()
  return (
    <>
      {leave.isError ? (
        <Suspense>
          <StillIn error={leave.error} onRetry={() => leave.mutate()} onClose={leave.reset} />
        </Suspense>
      ) : null}
      <MenuTrigger onOpenChange={(isOpen) => isOpen && prepare()}>
        <Button className="button" data-weight="quiet" aria-label={`${t.account}: ${me.name ?? ''}`}>
          <AccountFace me={me} />
        </Button>
        <Popover className="popover" placement="bottom end">
          <Menu className="list-box" onAction={(key) => void act(String(key))}>
            <MenuItem id="account" className="list-item">
              {t.account}
            </MenuItem>
            <MenuItem id="language" className="list-item">
              {t.language}
            </MenuItem>
            {THEMES.map(([id, name]) => (
              <MenuItem key={id} id={id} className="list-item" textValue={name}>
                {t.theme}: {name} {id === now ? <Mark of="check" /> : null}
              </MenuItem>
            ))}
            <MenuItem id="sign-out" className="list-item">
              {t.signOut}
            </MenuItem>
          </Menu>
        </Popover>
      </MenuTrigger>
    </>
  )
}
