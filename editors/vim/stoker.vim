" Stoker in Vim 9, through ALE: source this file from your vimrc, behind ALE, or put it into ~/.vim/plugin.
" ALE has no ghost text: the suggestion is an item of the completions (let g:ale_completion_enabled = 1, before ALE is loaded).

let g:stoker_command = get(g:, 'stoker_command', 'stoker')
let g:stoker_settings = get(g:, 'stoker_settings', {'completion': {'popup': 'first'}})

let s:markers = ['stoker.toml', 'pyproject.toml', 'package.json', 'go.mod', 'Cargo.toml', 'pom.xml', '.git']
let s:filetypes = ['python', 'javascript', 'typescript', 'go', 'rust', 'java', 'c', 'cpp', 'cs', 'ruby', 'php', 'sh']

" The nearest folder with a marker; else the file's own.
function! s:Root(buffer) abort
  let l:folder = fnamemodify(bufname(a:buffer), ':p:h')
  let l:here = l:folder
  while 1
    for l:marker in s:markers
      if !empty(glob(l:here . '/' . l:marker, 1, 1))
        return l:here
      endif
    endfor
    let l:above = fnamemodify(l:here, ':h')
    if l:above ==# l:here
      return l:folder
    endif
    let l:here = l:above
  endwhile
endfunction

function! s:Executable(buffer) abort
  if !executable(g:stoker_command) && !get(s:, 'said')
    let s:said = 1
    echohl WarningMsg
    echomsg 'Stoker is not installed: `pipx install stoker`, or set g:stoker_command'
    echohl None
  endif
  return g:stoker_command
endfunction

for s:filetype in s:filetypes
  call ale#linter#Define(s:filetype, {
  \ 'name': 'stoker',
  \ 'lsp': 'stdio',
  \ 'executable': function('s:Executable'),
  \ 'command': '%e lsp',
  \ 'project_root': function('s:Root'),
  \ 'initialization_options': {-> g:stoker_settings},
  \})
endfor

" For some file types, Python among them, ALE has a list of linters of its own, and runs no others: name Stoker, too. Where you named
" some yourself (g:ale_linters), that list holds.
function! s:Enable(filetype) abort
  let l:own = get(g:, 'ale_linters', {})
  if index(s:filetypes, a:filetype) < 0 || has_key(l:own, a:filetype) || get(g:, 'ale_linters_explicit')
    return
  endif
  let l:names = map(copy(ale#linter#Get(a:filetype)), {_, linter -> linter.name})
  if index(l:names, 'stoker') < 0
    let g:ale_linters = extend(l:own, {a:filetype: l:names + ['stoker']})
    call ale#Queue(0)
  endif
endfunction

augroup stoker
  autocmd!
  autocmd FileType * call s:Enable(expand('<amatch>'))
augroup END
for s:buffer in getbufinfo({'bufloaded': 1})
  call s:Enable(getbufvar(s:buffer.bufnr, '&filetype'))
endfor
