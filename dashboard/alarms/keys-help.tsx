import { Modal } from 'antd'
import { useTranslation } from 'react-i18next'

const KEYS = [
  ['j / k', 'move'],
  ['a', 'acknowledge'],
  ['n', 'note'],
  ['d', 'dispatch'],
  ['s', 'shelve'],
  ['f', 'falseAlarm'],
  ['r', 'reset'],
  ['x', 'check'],
  ['Shift x', 'checkRange'],
  ['o', 'turn'],
  ['t', 'trend'],
  ['m', 'map'],
  ['/', 'search'],
  ['Space', 'silence'],
  ['Esc', 'escape'],
  ['?', 'help'],
] as const

export function KeysHelp(props: { readonly isOpen: boolean; readonly onClose: () => void }) {
  const { t } = useTranslation()
  return (
    <Modal title={t('keys.title')} open={props.isOpen} onCancel={props.onClose} footer={null}>
      <dl className="keys">
        {KEYS.map(([key, meaning]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{t(`keys.${meaning}`)}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  )
}
