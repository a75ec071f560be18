import { App, Modal } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { problemText } from '../api/problem-text.ts'
import { useServices } from '../services.tsx'
import { CopyBlock } from '../ui/copy-block.tsx'
import { wallAddress } from '../wall/wall-token.ts'

/** Makes the address of a TV wall: with a token of its own that may only read. */
export function useWallLink(): {
  readonly make: () => Promise<void>
  readonly dialog: React.ReactNode
} {
  const { t } = useTranslation()
  const { api } = useServices()
  const { message } = App.useApp()
  const [address, setAddress] = useState<string | null>(null)
  async function make(): Promise<void> {
    try {
      const { token } = await api.createToken({ name: t('wall.tokenName'), scopes: ['read'] })
      if (token !== undefined) setAddress(wallAddress(window.location.origin, token))
    } catch (error) {
      void message.error(problemText(t, error), 6)
    }
  }
  const dialog = (
    <Modal
      title={t('wall.title')}
      open={address !== null}
      onCancel={() => setAddress(null)}
      footer={null}
    >
      <p>{t('wall.explain')}</p>
      {address !== null && <CopyBlock text={address} label={t('wall.title')} />}
    </Modal>
  )
  return { make, dialog }
}
