import { App, Button, Dropdown, type MenuProps } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { OwnPassword } from '../accounts/own-password.tsx'
import { problemText } from '../api/problem-text.ts'
import { useAccount, useServices } from '../services.tsx'
import { useStore } from '../store/store.ts'
import { Icon } from '../ui/icons.tsx'
import { useWallLink } from './wall-link.tsx'

/** Who is logged in, language, colours, password, log-out. */
export function AccountMenu() {
  const { t } = useTranslation()
  const { api, session, preferences } = useServices()
  const { language, theme } = useStore(preferences, (state) => state)
  const account = useAccount()
  const { message } = App.useApp()
  const wall = useWallLink()
  const [isChanging, setIsChanging] = useState(false)

  async function logOut(): Promise<void> {
    try {
      await api.logOut()
      session.dispatch({ kind: 'out', ended: null })
    } catch (error) {
      void message.error(problemText(t, error))
    }
  }

  const items: MenuProps['items'] = [
    {
      key: 'who',
      disabled: true,
      label: (
        <span className="account-who">
          <strong>{account.displayName}</strong>
          <span>
            {account.username} · {t(`role.${account.role}`)}
          </span>
        </span>
      ),
    },
    { type: 'divider' },
    {
      key: 'language',
      label: t('menu.language'),
      onClick: () => preferences.dispatch({ language: language === 'zh' ? 'en' : 'zh' }),
    },
    {
      key: 'theme',
      label: t(theme === 'dark' ? 'menu.day' : 'menu.night'),
      onClick: () => preferences.dispatch({ theme: theme === 'dark' ? 'light' : 'dark' }),
    },
    { key: 'wall', label: t('wall.menu'), onClick: () => void wall.make() },
    { type: 'divider' },
    { key: 'password', label: t('password.change'), onClick: () => setIsChanging(true) },
    { key: 'out', label: t('menu.logOut'), onClick: () => void logOut() },
  ]
  return (
    <>
      {wall.dialog}
      {isChanging && <OwnPassword onClose={() => setIsChanging(false)} />}
      <Dropdown menu={{ items }} trigger={['click']} placement="bottomRight">
        <Button
          type="text"
          className="account-button"
          aria-label={t('menu.account')}
          icon={<Icon name="menu" size={20} />}
        >
          <span className="account-name">{account.displayName}</span>
        </Button>
      </Dropdown>
    </>
  )
}
