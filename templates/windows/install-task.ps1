#Requires -Version 5.1
#Requires -RunAsAdministrator
<#
.SYNOPSIS
Registers the tasks that run zivsync under a group managed service account, and gives that account the files it needs.

.DESCRIPTION
Run it in the folder where the bundle is unpacked, for example C:\Program Files\zivsync. You can run it again: the result is
the same. Windows gives the account the right "Log on as a batch job" only if a policy says so.

zivsync writes the plan, its journal and the review to the folder Data, and reads secrets from Secrets. Only the account and
administrators can read both, because every user can read other folders of ProgramData.

.PARAMETER Account
The account of the tasks with its domain. The name of a group managed service account ends in a dollar sign.

.PARAMETER Configuration
The folder with organization.yaml, in a folder that users cannot rename, such as one below C:\ProgramData\zivsync. The account can read
it, and can write to the folders that can hold the state: .zivsync in it, and .git in it or beside it.

.PARAMETER Reviewers
A group whose members can read the plan and add their signatures to it. They cannot change the plan.

.PARAMETER Editors
A group whose members can change the configuration.

.PARAMETER Sync
Registers a task that applies what organization.yaml approves in advance (approval.standing), every workday, instead of the task
that plans. waiting.json has the changes that wait for people.

.PARAMETER Apply
Also registers a task that applies the signed plan, every 15 minutes. zivsync refuses the plan until enough people have signed it, so
organization.yaml must require signatures.

.EXAMPLE
.\install-task.ps1 -Account 'CORP\svc-zivsync$' -Configuration C:\ProgramData\zivsync\configuration\desired-state -Reviewers 'CORP\zivsync-reviewers' -Apply
#>
[CmdletBinding(SupportsShouldProcess)]
param(
    [Parameter(Mandatory)] [string] $Account,
    [Parameter(Mandatory)] [string] $Configuration,
    [string] $Data = (Join-Path $env:ProgramData 'zivsync\data'),
    [string] $Secrets = (Join-Path $env:ProgramData 'zivsync\secrets'),
    [string] $Reviewers,
    [string] $Editors,
    [string] $At = '05:17',
    [string] $Name = 'zivsync',
    [switch] $Sync,
    [switch] $Apply
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$icacls = Join-Path $env:SystemRoot 'System32\icacls.exe'
$cmd = Join-Path $env:SystemRoot 'System32\cmd.exe'
$program = $PSScriptRoot

# Whole paths without a backslash at the end, which would take the quote behind it for a part of the path.
function Get-WholePath([string] $Path) {
    return $PSCmdlet.SessionState.Path.GetUnresolvedProviderPathFromPSPath($Path).TrimEnd('\')
}

$Configuration = Get-WholePath $Configuration
$Data = Get-WholePath $Data
$Secrets = Get-WholePath $Secrets
if (-not (Test-Path -LiteralPath (Join-Path $Configuration 'organization.yaml'))) { throw "There is no organization.yaml in $Configuration." }

# By their identifiers, because their names depend on the language of Windows.
$administratorsId = 'S-1-5-32-544'
$systemId = 'S-1-5-18'
$system = "*${systemId}:(OI)(CI)F"
$administrators = "*${administratorsId}:(OI)(CI)F"
$users = '*S-1-5-32-545:(OI)(CI)RX'

function Invoke-Icacls([string] $Folder, [string[]] $Words) {
    & $icacls $Folder @Words /q | Out-Null
    if ($LASTEXITCODE -ne 0) { throw "The rights of $Folder could not be set (icacls ended with $LASTEXITCODE)." }
}

# Gives a folder these rights in place of those that it inherits.
function Set-Rights([string] $Folder, [string[]] $Rights) {
    if (-not $PSCmdlet.ShouldProcess($Folder, "give rights: $($Rights -join ', ')")) { return }
    New-Item -ItemType Directory -Force -Path $Folder | Out-Null
    Invoke-Icacls $Folder (@('/inheritance:r', '/grant:r') + $Rights)
}

# Whoever owns a folder can give himself every right to it, and every user may create folders in ProgramData. So one that was
# there before must belong to Administrators or to Windows.
function Set-PrivateRights([string] $Folder, [string[]] $Rights) {
    if (Test-Path -LiteralPath $Folder) {
        $owner = (Get-Acl -LiteralPath $Folder).GetOwner([System.Security.Principal.SecurityIdentifier]).Value
        $self = [System.Security.Principal.WindowsIdentity]::GetCurrent().User.Value
        if (@($administratorsId, $systemId, $self) -notcontains $owner) {
            throw "$Folder belongs to $owner, who could read and replace everything in it. Look at what it holds, and remove it or name another folder."
        }
    }
    Set-Rights $Folder $Rights
    if ($PSCmdlet.ShouldProcess($Folder, 'give it to Administrators')) { Invoke-Icacls $Folder @('/setowner', "*$administratorsId") }
}

function Register-Task([string] $Task, [string] $Words, [string] $Output, $Trigger) {
    # With /s, cmd takes off the outer quotes and nothing else, whatever is in the paths.
    $line = '/d /s /c ""{0}" -C "{1}" {2} > "{3}" 2>&1"' -f (Join-Path $program 'zivsync.cmd'), $Configuration, $Words, $Output
    if (-not $PSCmdlet.ShouldProcess($Task, "register: $cmd $line")) { return }
    $action = New-ScheduledTaskAction -Execute $cmd -Argument $line -WorkingDirectory $Data
    # A group managed service account needs "Password". Windows fetches the password itself.
    $principal = New-ScheduledTaskPrincipal -UserId $Account -LogonType Password -RunLevel Limited
    $settings = New-ScheduledTaskSettingsSet -StartWhenAvailable -MultipleInstances IgnoreNew -ExecutionTimeLimit (New-TimeSpan -Hours 4)
    Register-ScheduledTask -TaskName $Task -Action $action -Trigger $Trigger -Principal $principal -Settings $settings -Force | Out-Null
}

$readers = @("${Account}:(OI)(CI)RX")
Set-Rights $program (@($system, $administrators, $users) + $readers)

$configurationRights = @($system, $administrators) + $readers
if ($Editors) { $configurationRights += "${Editors}:(OI)(CI)M" }
Set-Rights $Configuration $configurationRights
# `zivsync init` keeps a state that is a file here.
Set-Rights (Join-Path $Configuration '.zivsync') @($system, $administrators, "${Account}:(OI)(CI)M")
foreach ($place in @($Configuration, (Split-Path -Parent $Configuration))) {
    $git = Join-Path $place '.git'
    if (-not (Test-Path -LiteralPath $git)) { continue }
    if ($PSCmdlet.ShouldProcess($git, "let $Account write")) { Invoke-Icacls $git @('/grant', "${Account}:(OI)(CI)M") }
    # Git refuses a repository that another account owns.
    Write-Output "Trust this checkout for ${Account}: git config --system --add safe.directory $($place.Replace('\', '/'))"
}

# zivsync keeps its locks in this folder, whatever Data and Secrets are. A user who owned it could hold an apply back, and put other
# folders in the place of those two.
Set-PrivateRights (Join-Path $env:ProgramData 'zivsync') @($system, $administrators, "${Account}:(OI)(CI)M")

$dataRights = @($system, $administrators, "${Account}:(OI)(CI)M")
# Read everything, create files, and append to files, which is how a signature is added; Windows asks for WEA and WA to open one for that.
if ($Reviewers) { $dataRights += "${Reviewers}:(CI)(RX,WD,AD)" }
Set-PrivateRights $Data $dataRights
if ($Reviewers -and $PSCmdlet.ShouldProcess($Data, "let $Reviewers add to files")) {
    Invoke-Icacls $Data @('/grant', "${Reviewers}:(OI)(IO)(RX,AD,WEA,WA)")
}
Set-PrivateRights $Secrets @($system, $administrators, "${Account}:(OI)(CI)R")

$workdays = New-ScheduledTaskTrigger -Weekly -DaysOfWeek @('Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday') -At $At
if ($Sync) {
    $plan = Join-Path $Data 'waiting.json'
    $routine = Join-Path $Data 'routine.json'
    Register-Task "$Name sync" "sync --routine `"$routine`" --waiting `"$plan`"" (Join-Path $Data 'sync.txt') $workdays
}
else {
    $plan = Join-Path $Data 'plan.json'
    Register-Task "$Name plan" "plan --detailed-exitcode -o `"$plan`"" (Join-Path $Data 'review.txt') $workdays
}
if ($Apply) {
    $often = New-ScheduledTaskTrigger -Once -At '00:00' -RepetitionInterval (New-TimeSpan -Minutes 15)
    Register-Task "$Name apply" "apply `"$plan`"" (Join-Path $Data 'apply.txt') $often
}

Write-Output "Put the API key in a file in $Secrets, and name it in organization.yaml: apiKey: { file: ... }"
Write-Output "Give $Account the right `"Log on as a batch job`" (secpol.msc, or a group policy)."
Write-Output "Results: 0 done, 2 there are changes (Windows calls it `"file not found`"), 1, 3 and 4 are in the output files in $Data."
