;;; eglot.el --- drives Emacs for tests/editors/test_emacs.py  -*- lexical-binding: t; -*-
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

(setq eglot-confirm-server-edits nil eglot-events-buffer-config '(:size 0) python-indent-guess-indent-offset nil
      eglot-send-changes-idle-time 0.05)
(require 'stoker)
(require 'python)

(find-file (getenv "TEST_FILE"))
(python-mode)
(apply #'eglot--connect (eglot--guess-contact))
(holds "attached" (lambda () (and (eglot-current-server) t)))
(flymake-mode 1)
(holds "diagnostics" (lambda () (flymake-start) (mapcar #'flymake-diagnostic-text (flymake-diagnostics))))

(goto-char (point-max))
(insert "    for ")
(let (capf)
  (holds "completion"
         (lambda ()
           (setq capf (eglot-completion-at-point))
           (member "value in values:" (all-completions "" (nth 2 capf)))))
  (let ((chosen (seq-find (lambda (each) (string= each "value in values:")) (all-completions "" (nth 2 capf)))))
    (insert chosen)
    (funcall (plist-get (nthcdr 3 capf) :exit-function) chosen 'finished)))
(holds "accepted" (lambda () (string-suffix-p "    result = []\n    for value in values:" (buffer-string))))

(delete-region (line-beginning-position) (point-max))
(insert "\n\ndef half(value: int) -> float:\n    return value / 2\n")
(search-backward "half")
(let* ((actions (eglot-code-actions (point) (point)))
       (chosen (seq-find (lambda (each) (string-match-p "Write a docstring" (plist-get each :title))) actions)))
  (holds "code actions" (lambda () (mapcar (lambda (each) (plist-get each :title)) actions)))
  (eglot-execute (eglot-current-server) chosen))
(holds "code action" (lambda () (string-search "\"\"\"Return the half of ``value``" (buffer-string))))

(goto-char (point-min))
(search-forward "def scale")
(stoker-explain)
(holds "command" (lambda () (seq-find (lambda (name) (string-suffix-p ".md" name)) (mapcar #'buffer-name (buffer-list)))))

(defvar said nil "What was told the user, newest first.")
;; No trampoline is compiled for it: the compiler is not there.
(setq native-comp-enable-subr-trampolines nil)
(advice-add 'message :before (lambda (form &rest values) (when form (push (apply #'format form values) said))))
(stoker-test)
(holds "trust" (lambda () (seq-find (lambda (each) (string-search "this folder is not trusted: `stoker trust add" each)) said)))
(set-buffer-modified-p nil)
(eglot-shutdown (eglot-current-server))
(kill-emacs 0)
