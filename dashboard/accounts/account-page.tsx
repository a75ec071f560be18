import { App, Button, Empty, Form } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Account, Organization } from '../../gateway/contract.ts'
import { useAll } from '../api/use-all.ts'
import { useAccount, useServices } from '../services.tsx'
import { ErrorNote } from '../ui/error-note.tsx'
import { FormDialog } from '../ui/form-dialog.tsx'
import { Icon } from '../ui/icons.tsx'
import { PageSearch } from '../ui/page-search.tsx'
import { RemoveButton } from '../ui/remove-button.tsx'
import { AccountForm } from './account-form.tsx'
import { PasswordItem } from './password-item.tsx'

type Opened =
  | { readonly kind: 'form'; readonly account: Account | null }
  | { readonly kind: 'reset'; readonly account: Account }

/** Who may log in, as what and for which part of the plant. For administrators. */
export function AccountPage() {
  const { t } = useTranslation()
  const { api } = useServices()
  const accounts = useAll('accounts', api.accounts)
  const organizations = useAll('organizations', api.organizations)
  const [text, setText] = useState('')
  const [opened, setOpened] = useState<Opened | null>(null)
  const nameOf = (id: string | null) =>
    id === null
      ? t('account.everything')
      : (organizations.data?.find((organization) => organization.id === id)?.name ?? '')
  const wanted = text.trim().toLowerCase()
  const shown = (accounts.data ?? []).filter(({ displayName, username, organizationId }) =>
    `${displayName}\n${username}\n${nameOf(organizationId)}`.toLowerCase().includes(wanted),
  )
  const error = accounts.error ?? organizations.error
  function reload(): void {
    accounts.reload()
    organizations.reload()
  }
  function close(hasChanged: boolean): void {
    setOpened(null)
    if (hasChanged) accounts.reload()
  }
  return (
    <div className="page account-page">
      <header className="page-head">
        <h1>{t('account.title')}</h1>
        <PageSearch text={text} label={t('account.search')} onChange={setText} />
        <Button
          type="primary"
          className="page-action"
          icon={<Icon name="plus" size={16} />}
          onClick={() => setOpened({ kind: 'form', account: null })}
        >
          {t('account.add')}
        </Button>
      </header>
      {error !== null && <ErrorNote error={error} onRetry={reload} />}
      <section className="panel">
        {accounts.data !== null && (
          <p className="quiet">{t('account.count', { count: shown.length })}</p>
        )}
        {shown.length === 0 && accounts.data !== null && (
          <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('account.none')} />
        )}
        <ul className="accounts">
          {shown.map((account) => (
            <AccountItem
              key={account.id}
              account={account}
              territory={nameOf(account.organizationId)}
              onOpen={setOpened}
              onRemoved={accounts.reload}
            />
          ))}
        </ul>
      </section>
      <Dialog opened={opened} organizations={organizations.data ?? []} onClose={close} />
    </div>
  )
}

function Dialog(props: {
  readonly opened: Opened | null
  readonly organizations: readonly Organization[]
  readonly onClose: (hasChanged: boolean) => void
}) {
  const { opened, organizations, onClose } = props
  if (opened === null) return null
  return opened.kind === 'form' ? (
    <AccountForm account={opened.account} organizations={organizations} onClose={onClose} />
  ) : (
    <ResetPassword account={opened.account} onClose={onClose} />
  )
}

function AccountItem(props: {
  readonly account: Account
  readonly territory: string
  readonly onOpen: (opened: Opened) => void
  readonly onRemoved: () => void
}) {
  const { t } = useTranslation()
  const { api } = useServices()
  const me = useAccount()
  const { account, onOpen } = props
  const name = account.displayName
  const isMe = account.id === me.id

  return (
    <li data-username={account.username}>
      <span className="account-what">
        <span>
          <strong>{name}</strong>
          {isMe && <span className="quiet"> · {t('account.self')}</span>}
        </span>
        <span className="quiet">{account.username}</span>
      </span>
      <span className="account-role">{t(`role.${account.role}`)}</span>
      <span className="account-territory">{props.territory}</span>
      <span className="buttons">
        <Button size="small" onClick={() => onOpen({ kind: 'form', account })}>
          {t('common.edit')}
        </Button>
        {/* One's own password is in the menu, behind the present one; and nobody removes himself. */}
        {!isMe && (
          <>
            <Button size="small" onClick={() => onOpen({ kind: 'reset', account })}>
              {t('account.reset')}
            </Button>
            <RemoveButton
              size="small"
              name={name}
              warning={t('account.removeWarning')}
              remove={() => api.removeAccount(account.id)}
              onRemoved={props.onRemoved}
            />
          </>
        )}
      </span>
    </li>
  )
}

function ResetPassword(props: {
  readonly account: Account
  readonly onClose: (hasChanged: boolean) => void
}) {
  const { t } = useTranslation()
  const { api } = useServices()
  const { message } = App.useApp()
  const [form] = Form.useForm<{ readonly password: string }>()
  const { account } = props
  const name = account.displayName
  return (
    <FormDialog
      title={t('account.resetTitle', { name })}
      form={form}
      initialValues={{}}
      submit={async ({ password }) => {
        await api.changeAccount(account.id, { password })
        void message.success(t('account.resetDone', { name }))
      }}
      onClose={props.onClose}
    >
      <PasswordItem label={t('password.next')} hint={t('account.resetHint')} />
    </FormDialog>
  )
}
