// The name of the agent stands over each answer; Chainlit itself shows it only when the pointer rests on the picture.
const label = (picture) => {
  const answer = picture.closest('.ai-message')
  if (!answer || answer.dataset.author === picture.alt) return
  answer.dataset.author = picture.alt
  const name = answer.querySelector('.author') ?? document.createElement('div')
  name.className = 'author'
  name.textContent = picture.alt.replace(/^Avatar for /, '')
  answer.querySelector('.flex-col')?.prepend(name)
}

// Names for whoever cannot see the pictures on the buttons.
const NAMES = {
  '#chat-input': 'Your message',
  '#chat-submit': 'Send',
  '#stop-button': 'Stop the answer',
  '#new-chat-button': 'New conversation',
  '#sidebar-trigger-button': 'Conversations',
  '#search-chats-button': 'Search conversations',
  '#theme-toggle': 'Light or dark',
  '#user-nav-button': 'Your account',
  'button.positive-feedback-off, button.positive-feedback-on': 'Good answer',
  'button.negative-feedback-off, button.negative-feedback-on': 'Bad answer',
}
const named = ([where, name]) =>
  document.querySelectorAll(where).forEach((button) => button.hasAttribute('aria-label') || button.setAttribute('aria-label', name))

const look = () => {
  document.querySelectorAll('.ai-message img[alt^="Avatar for "]').forEach(label)
  Object.entries(NAMES).forEach(named)
}
new MutationObserver(look).observe(document.documentElement, { childList: true, subtree: true })

// "Talk to a person" is one click: Chainlit's command buttons only choose what the next message will be.
document.addEventListener('click', ({ target }) => {
  if (target.closest?.('[id="command-Talk to a person"]')) setTimeout(() => document.getElementById('chat-submit')?.click(), 50)
})

// The address of a conversation stands in the address bar, so that a reload comes back to it. Chainlit sees to that only
// while its sidebar is open, which on a phone it is not.
window.WebSocket = class extends window.WebSocket {
  constructor(...where) {
    super(...where)
    this.addEventListener('message', ({ data }) => {
      if (typeof data !== 'string' || !data.startsWith('42["first_interaction"')) return
      const thread = JSON.parse(data.slice(2))[1]?.thread_id
      setTimeout(() => location.pathname === '/' && history.replaceState(history.state, '', `/thread/${thread}`), 500)
    })
  }
}

// Two requests of the front end's are answered with care.
// GET /user: any failure is taken for "logged out", and the conversation is left. Where the server or its store is away
// for a moment, it is asked again until there is an answer.
// POST /set-session-cookie: a page on a conversation asks twice, first for a socket that it throws away, then for the one
// that shows the conversation. The answer that comes last wins, so it is given here (no server needs it), in their order.
const ask = window.fetch.bind(window)
const isAway = (answer) => !answer || [502, 503, 504].includes(answer.status)
const whoAmI = async (what, how) => {
  for (let wait = 250; ; wait = Math.min(2 * wait, 5000)) {
    const answer = await ask(what, how).catch((error) => { if (error.name === 'AbortError') throw error })
    if (!isAway(answer)) return answer
    await new Promise((resolve) => setTimeout(resolve, wait))
  }
}
const CAREFULLY = {
  'GET /user': whoAmI,
  'POST /set-session-cookie': async () => Response.json({ message: 'not needed' }),
}
window.fetch = (what, how) => {
  const { pathname } = new URL(what.url ?? what, location.href)
  return (CAREFULLY[`${how?.method ?? what.method ?? 'GET'} ${pathname}`] ?? ask)(what, how)
}
