;;; lsp-mode.el --- drives Emacs for tests/editors/test_emacs.py  -*- lexical-binding: t; -*-
;; Prints a line for each thing that holds; what does not is told on stderr, and the status is 1.

(defvar seconds (string-to-number (or (getenv "STOKER_EDITOR_SECONDS") "30")))

(defun holds (name look)
  "Wait until LOOK returns something, and print NAME and that."
  (let ((end (+ (float-time) seconds)) found)
    (while (and (not (setq found (funcall look))) (< (float-time) end))
      (accept-process-output nil 0.05))
    (unless found
      (message "%s does not hold; the text is:\n%s" name (buffer-string))
      (kill-emacs 1))
    (princ (format "%s: %S\n" name found))
    found))

;; Nothing is compiled: the compiler is not there.
(setq native-comp-enable-subr-trampolines nil native-comp-jit-compilation nil)
(setq lsp-session-file (expand-file-name "~/session") lsp-enable-snippet nil lsp-enable-file-watchers nil
      lsp-lens-enable nil lsp-modeline-code-actions-enable nil lsp-modeline-diagnostics-enable nil
      lsp-headerline-breadcrumb-enable nil lsp-restart 'ignore python-indent-guess-indent-offset nil)
(require 'lsp-mode)
(require 'lsp-inline-completion)
(require 'stoker)
(require 'python)

(lsp-workspace-folders-add (file-name-directory (getenv "TEST_FILE")))
(find-file (getenv "TEST_FILE"))
(python-mode)
(lsp)
(holds "attached" (lambda () (seq-some (lambda (each) (and (eq 'stoker (lsp--workspace-server-id each))
                                                                    (eq 'initialized (lsp--workspace-status each))
                                                                    (symbol-name (lsp--workspace-server-id each))))
                                              (lsp-workspaces))))

(goto-char (point-max))
(insert "    for ")
(holds "asked" (lambda () (lsp-inline-completion-display) (overlayp lsp-inline-completion--overlay)))
(holds "ghost text" (lambda () (and (overlayp lsp-inline-completion--overlay)
                                    (substring-no-properties (overlay-get lsp-inline-completion--overlay 'after-string)))))
(lsp-inline-completion-accept)
(holds "accepted" (lambda () (string-suffix-p "    result = []\n    for value in values:" (buffer-string))))

(goto-char (point-min))
(search-forward "def scale")
(holds "code actions" (lambda () (mapcar #'lsp:code-action-title (lsp-code-actions-at-point))))
(set-buffer-modified-p nil)
(kill-emacs 0)
