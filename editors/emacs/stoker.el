;;; stoker.el --- Stoker in Emacs, through eglot  -*- lexical-binding: t; -*-

;;; Commentary:

;; Emacs 29 or newer has eglot.  Put this file on `load-path' and (require 'stoker) into your init file; then M-x eglot in a file
;; of one of the languages below, or (add-hook 'python-base-mode-hook #'eglot-ensure).  eglot runs one server for a buffer: where
;; you use another one too, see docs/editors/emacs.md.

;;; Code:

(require 'eglot)

(defgroup stoker nil
  "Completions, docstrings, tests and refactorings that were checked."
  :group 'tools)

(defcustom stoker-command '("stoker" "lsp")
  "The command of Stoker's language server."
  :type '(repeat string))

(defcustom stoker-settings '(:completion (:popup "first"))
  "Stoker's settings, nested as in TOML.  Emacs has no ghost text: the suggestion is an item of the completions."
  :type 'plist)

(defconst stoker-modes
  '(python-mode python-ts-mode js-mode js-ts-mode typescript-ts-mode tsx-ts-mode go-ts-mode rust-ts-mode java-mode java-ts-mode
    c-mode c-ts-mode c++-mode c++-ts-mode csharp-mode csharp-ts-mode ruby-mode ruby-ts-mode php-ts-mode sh-mode bash-ts-mode)
  "The modes in which eglot starts Stoker.")

(defun stoker--contact (&rest _)
  "The server's command, or an error that says what to do."
  (unless (executable-find (car stoker-command))
    (user-error "Stoker's server is not installed: `pipx install stoker', or set `stoker-command'"))
  `(,@stoker-command :initializationOptions ,stoker-settings))

(add-to-list 'eglot-server-programs (cons stoker-modes #'stoker--contact))

;; lsp-mode runs several servers for a buffer, and draws ghost text: (add-hook 'lsp-mode-hook #'lsp-inline-completion-mode).
(declare-function lsp-register-client "ext:lsp-mode")
(declare-function make-lsp-client "ext:lsp-mode")
(declare-function lsp-stdio-connection "ext:lsp-mode")
(with-eval-after-load 'lsp-mode
  (lsp-register-client
   (make-lsp-client
    :new-connection (lsp-stdio-connection (lambda () stoker-command))
    :server-id 'stoker
    :add-on? t
    :initialization-options (lambda () stoker-settings)
    :activation-fn (lambda (_file mode) (memq mode stoker-modes)))))

(defun stoker--execute (command)
  "Have the server do COMMAND at point, or in the region."
  (let* ((server (eglot-current-server))
         (beginning (if (use-region-p) (region-beginning) (point)))
         (end (if (use-region-p) (region-end) (point)))
         (uri (plist-get (eglot--TextDocumentIdentifier) :uri))
         (range (list :start (eglot--pos-to-lsp-position beginning) :end (eglot--pos-to-lsp-position end))))
    (unless server (user-error "Stoker does not run here: M-x eglot starts it"))
    (jsonrpc-request server :workspace/executeCommand
                     (list :command command :arguments (vector (list :uri uri :range range))))))

(defun stoker-document ()
  "Write a docstring, or a documentation comment, for what is at point."
  (interactive)
  (stoker--execute "stoker.document"))

(defun stoker-test ()
  "Write a test for the function at point."
  (interactive)
  (stoker--execute "stoker.test"))

(defun stoker-fix ()
  "Mend what linters find in the line, or in the region."
  (interactive)
  (stoker--execute "stoker.fix"))

(defun stoker-explain ()
  "Say what is at point."
  (interactive)
  (stoker--execute "stoker.explain"))

(provide 'stoker)
;;; stoker.el ends here
